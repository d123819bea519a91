import ArgumentParser
import Charts

/// `pipeline models chart`: accuracy against speed, as a picture.
struct ModelsChartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chart",
        abstract: "Draw how accurate networks are against how fast they run here.",
        discussion: """
            Shows the networks that 'pipeline bench' measured on this machine, each as large as it \
            has parameters, and marks those of which no other is both faster and more accurate. \
            Where nothing was measured, the arithmetic of one image takes the place of speed. The \
            picture in a file names more networks than there is room for in a terminal.

              pipeline models chart
              pipeline models chart --family efficientnet --family resnet --output chart.svg
            """)

    @OptionGroup var choice: ModelChoiceOptions

    @Option(help: "What to set accuracy against; speed where any is measured.")
    var against: ModelChart.Basis?

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Write an SVG picture here.", valueName: "file"),
        completion: .file(extensions: ["svg"]))
    var output: String?

    func run() throws {
        let chart = ModelChart(
            try choice.models(), precision: choice.precision, against: against)
        try StandardOutput.print(chart.chart.text(columns: terminalWidth(1) ?? 80))
        if let remark = chart.remark { Console.shared.note(remark) }
        guard let output else { return }
        let file = try OutputFile(path: output)
        try file.write(Array(chart.chart.svg.utf8))
        try file.finish()
        Console.shared.note("wrote \(output)")
    }
}
