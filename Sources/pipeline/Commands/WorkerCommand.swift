import ArgumentParser
import Glibc
import Labelling
import Logging
import Weights

/// `pipeline worker`: labels images for a coordinator.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Label images for a coordinator, on this host.",
        discussion: """
            Images are read from the path they were submitted under where this host has the same \
            files, and from the coordinator where it has not; what has an address is fetched from there. Networks are fetched when they are \
            first needed.

              pipeline worker --coordinator http://10.0.0.5:8080 --token-file worker.token
              PIPELINE_TOKEN_FILE=worker.token pipeline worker --streams 8

            It works until it is stopped: Ctrl-C or SIGTERM lets it finish or hand back its shards, \
            a second one ends it at once.
            """)

    @OptionGroup var coordinator: CoordinatorOptions

    @OptionGroup var streams: StreamOptions

    @OptionGroup var network: NetworkOptions

    @OptionGroup var storeKeys: StoreKeyOptions

    @Option(
        help: ArgumentHelp(
            "What the worker calls itself.",
            discussion: "Default: the host's name, the process's number and four random digits.",
            valueName: "name"))
    var name: String?

    @Option(
        help: ArgumentHelp(
            "Where the worker notes which images are in its hands, for the one after it to find "
                + "if it dies.",
            discussion: "Default: $XDG_STATE_HOME/pipeline, or ~/.local/state/pipeline. Workers of "
                + "a host may share it.",
            valueName: "dir"),
        completion: .directory)
    var state: String?

    func validate() throws {
        guard let name else { return }
        let isPrintable = name.utf8.allSatisfy { $0 > 0x1F && $0 != 0x7F }
        guard isPrintable, (1...200).contains(name.utf8.count) else {
            throw ValidationError("--name is 1 to 200 characters, none of them control characters.")
        }
    }

    func run() async throws {
        let interrupts = Interrupts()
        let url = try coordinator.url()
        let options = streams.workerOptions(
            name: name, stateFolder: StateFolder.path(for: url, beneath: state))
        let logger = consoleLogger("worker", level: .info)
        let worker = Worker(
            url, token: try coordinator.token(), options: options,
            loader: ModelPool(
                weights: WeightCache(), models: { try AddedModels().shelf() },
                version: programVersion, logger: logger),
            images: network.images(keys: try storeKeys.keys()),
            trust: try coordinator.trust(), logger: logger)
        interrupts.onFirst { _ in
            Console.shared.note("finishing what has begun; a second signal leaves at once")
            worker.leave()
        }
        Console.shared.note(
            "worker '\(options.name)' with \(counted(options.streams, "stream")) for \(url)")
        let summary = try await worker.work()
        Console.shared.note(
            "left after \(counted(summary.images, "image")) in \(counted(summary.shards, "shard"))")
        if interrupts.signal == SIGINT { throw Interruption(signal: SIGINT) }
    }
}
