import ArgumentParser
import Labelling
import PipelineCore

/// `pipeline submit`: gives a dataset to a coordinator.
struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Give images to a coordinator.",
        discussion: """
            Prints the run's id. The same files under the same definition are the same run, so \
            that submitting twice does no harm; images that any run has computed the same way \
            before are not computed again. The coordinator hands images to workers which do \
            not have them, and so has to see the dataset under the same path.

              pipeline submit /data/photos --token-file runs/tokens/submitter --wait
              run=$(pipeline submit /data/photos --pipeline imagenet-fast)
              pipeline status $run --watch && pipeline export $run --output labels.jsonl
            """)

    @Argument(
        help: ArgumentHelp(
            "A folder of images, a list or an archive of them, or s3://bucket/prefix.",
            discussion: "An archive ends in .tar. A list ends in .txt, .csv or .jsonl, and "
                + "names files beneath its own "
                + "folder, or addresses, which workers fetch: http://… or https://….",
            valueName: "dataset"),
        completion: .file())
    var dataset: String

    @OptionGroup var definition: DefinitionOptions

    @OptionGroup var coordinator: CoordinatorOptions

    @OptionGroup var store: StoreOptions

    @OptionGroup var storeKeys: StoreKeyOptions

    @OptionGroup var network: NetworkOptions

    @Option(
        help: ArgumentHelp(
            "Runs of a higher priority go first: -100 to 100.",
            discussion: "Default: 0, or what it was when the run was submitted before.",
            valueName: "n"))
    var priority: Int?

    @Option(
        help: ArgumentHelp(
            "Compute this share of the shards on two hosts, and set aside a host that most others "
                + "contradict.",
            discussion: "From 0 to 100, as in 2%. What a host delivers first is computed twice in "
                + "any case, and nothing is taken from the ledger. A run that has begun goes on as "
                + "it was submitted at first. Workers of one host are no check on each other.",
            valueName: "percent"))
    var audit: AuditShare?

    @OptionGroup var reuse: ReuseOptions

    @Flag(help: "Wait until the run is done; the exit code is 3 when some images have no label.")
    var wait = false

    @Flag(help: "Print the run as JSON instead of its id.")
    var json = false

    func validate() throws {
        guard priority.map(Run.priorities.contains) ?? true else {
            throw ValidationError("--priority is a number from -100 to 100.")
        }
    }

    func run() async throws {
        let interrupts = Interrupts()
        try await interruptible(interrupts) {
            let client = try coordinator.client()
            let definition = try await definition.pinned()
            let place = DatasetPlace(
                name: dataset, store: store, keys: storeKeys, network: network)
            var run = try await ListedDataset.with(place, under: definition, interrupts) {
                try await $0.submit(
                    to: client, priority: priority, ledger: !reuse.noLedger, audit: audit)
            }
            if !json { try StandardOutput.print(run.id.text) }
            if wait { run = try await RunFollower(client: client, run: run.id).wait() }
            if json { try StandardOutput.print(try JSONText.of(run)) }
            if wait { try run.requireEveryLabel() }
        }
    }
}

extension AuditShare: ExpressibleByArgument {
    /// A number of a hundred, with or without the sign for it.
    init?(argument: String) {
        let digits = argument.hasSuffix("%") ? argument.dropLast() : argument[...]
        guard let share = Double(digits).flatMap({ AuditShare(percent: $0) }) else { return nil }
        self = share
    }

    /// `2`, or `0.5`.
    var text: String {
        percent == percent.rounded() ? "\(Int(percent))" : "\(percent)"
    }
}
