import ArgumentParser
import Models
import Weights

/// `pipeline models list`: the catalogue as a table one can choose from.
struct ModelsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the networks that definitions can name.",
        discussion: """
            Larger networks are surer and slower. 'Work' is multiply-adds an image, 'Top-1' the \
            published accuracy on ImageNet, and 'Here' tells whether the cache has the weights.

              pipeline models list
              pipeline models list --json | jq -r '.[].name'
            """)

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let cache = WeightCache()
        let models = try AddedModels().shelf().entries.map { try ModelFacts($0, in: cache) }
        guard !json else { return try StandardOutput.print(try JSONText.of(models)) }
        var table = TextTable(
            ["Name", "Family", "Input", "Parameters", "Work", "Top-1", "Licence", "Here"])
        for model in models {
            table.append([
                model.name, model.family, model.input,
                ModelFacts.millions(Double(model.parameters) / 1e6),
                ModelFacts.millions(model.multiplyAdds),
                model.top1.map { "\(rounded($0 * 100)) %" } ?? "-",
                model.licence, model.weights.cached ? "yes" : "no",
            ])
        }
        try StandardOutput.print(table.text)
    }
}
