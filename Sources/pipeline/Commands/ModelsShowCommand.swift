import ArgumentParser
import Models
import Weights

/// `pipeline models show`: everything about one network.
struct ModelsShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show everything about one network.",
        discussion: """
            How a photo becomes its input, what it costs, how accurate it is, where its weights \
            come from and under which licence.

              pipeline models show efficientnet_lite0
              pipeline models show efficientnet_lite0 --json | jq -r .weights.sha256
            """)

    @Argument(help: ArgumentHelp("The network, as 'models list' names it.", valueName: "name"))
    var name: String

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let entry = try AddedModels().shelf().entry(named: name)
        let cache = WeightCache()
        let facts = try ModelFacts(entry, in: cache, MeasuredSpeeds(in: cache))
        try StandardOutput.print(json ? try JSONText.of(facts) : facts.text)
    }
}
