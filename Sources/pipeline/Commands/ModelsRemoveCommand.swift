import ArgumentParser
import Weights

/// `pipeline models remove`: takes a user's own network off the list.
struct ModelsRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Forget a network that was added.",
        discussion: """
            Its weights stay in the cache. Runs that name it cannot go on until it is added again.

              pipeline models remove birds
            """)

    @Argument(help: ArgumentHelp("What it was added as.", valueName: "name"))
    var name: String

    func run() async throws {
        guard try await AddedModels().remove(name) else {
            throw Failure(
                .noInput, "no network was added as '\(name)'",
                hint: "'pipeline models list' lists what there is")
        }
    }
}
