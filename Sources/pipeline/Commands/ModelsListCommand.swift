import ArgumentParser

/// `pipeline models list`: the networks as a table one can choose from.
struct ModelsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the networks that definitions can name.",
        discussion: """
            'GFLOP' is the arithmetic of one image, in billions, a multiply-add counting two; \
            'Top-1' the published accuracy on ImageNet; 'Images/s' what 'pipeline bench' measured \
            on this machine, in the arithmetic beside it; 'Here' whether the cache has the weights.

              pipeline models list --sort top-1
              pipeline models list --family mobilenetv3 --family mnasnet --sort gflop
              pipeline models list --json | jq -r '.[] | select(.gflop < 1) | .name'
            """)

    @OptionGroup var choice: ModelChoiceOptions

    @Option(
        help: ArgumentHelp(
            "Order by this column: the most accurate and the fastest first, else from small to "
                + "large.", valueName: "column"))
    var sort: ModelColumn?

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        var models = try choice.models()
        if let sort { models = sort.sorted(models, choice.precision) }
        guard !json else { return try StandardOutput.print(try JSONText.of(models)) }
        let columns = ModelColumn.allCases
        var table = TextTable(
            columns.map(\.title) + ["Here"],
            rightAligned: Set(columns.indices.filter { columns[$0].isNumeric }))
        for model in models {
            table.append(
                columns.map { $0.cell(of: model, choice.precision) }
                    + [model.weights.cached ? "yes" : "no"])
        }
        try StandardOutput.print(table.text)
        if models.allSatisfy({ $0.measured.isEmpty }) {
            Console.shared.note(
                "no speed is known yet: 'pipeline bench --models NAME' measures one, "
                    + "'pipeline bench --models all' every network")
        }
    }
}
