import ArgumentParser
import Labelling
import PipelineCore

/// `pipeline report`: what a run found, for people.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Tell what a finished run found, as Markdown.",
        discussion: """
            How often each class was given, how confident the networks are, the images they are \
            least certain about, how far they agree, and which images have no label and why.

              pipeline report r4mzk7xqe2ahw
              pipeline report r4mzk7xqe2ahw --output report.md

            Of a run that is not finished nothing is told, and the exit code is 75.
            """)

    @Argument(help: ArgumentHelp(stringLiteral: RunID.help)) var run: RunID

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The file to write.", discussion: "Default: standard output.", valueName: "file"))
    var output: String?

    @OptionGroup var coordinator: CoordinatorOptions

    func run() async throws {
        try await interruptible(Interrupts()) {
            let client = try coordinator.client()
            try await client.requireDone(run)
            let text = try await client.report(on: run)
            guard let output else { return try StandardOutput.print(text) }
            let file = try OutputFile(path: output)
            try file.write(Array(text.utf8))
            try file.finish()
        }
    }
}
