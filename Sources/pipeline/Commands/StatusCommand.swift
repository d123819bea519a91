import ArgumentParser
import Labelling
import PipelineCore

/// `pipeline status`: how far runs are, and who works on them.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tell how far runs are, and who works on them.",
        discussion: """
            Without a run, lists all of them and the workers seen in the last hour.

              pipeline status
              pipeline status r4mzk7xqe2ahw --watch
              pipeline status r4mzk7xqe2ahw --json | jq .run.counts
            """)

    @Argument(help: ArgumentHelp(stringLiteral: RunID.help)) var run: RunID?

    @Flag(help: "Go on until the run is done, or, without a run, until Ctrl-C.")
    var watch = false

    @Flag(help: "Print JSON; with --watch an object a line.")
    var json = false

    @OptionGroup var coordinator: CoordinatorOptions

    func run() async throws {
        let interrupts = Interrupts()
        let client = try coordinator.client()
        guard watch else {
            guard let run else { return try show(try await client.runs(), StatusText.of) }
            return try show(try await client.status(of: run), StatusText.of)
        }
        if let run, !json {
            let done = try await RunFollower(client: client, run: run).wait(interrupts)
            return try StandardOutput.print(
                StatusText.of(
                    RunStatus(run: done, holders: [], imagesPerSecond: nil, secondsLeft: nil)))
        }
        while true {
            if let run {
                let status = try await client.status(of: run)
                try show(status, StatusText.of)
                if status.run.state == .done { return }
            } else {
                try show(try await client.runs(), StatusText.of)
            }
            try await pause(for: .seconds(json ? 1 : 5), interrupts)
        }
    }

    private func show<Status: Encodable>(
        _ status: Status, _ text: (Status) -> String
    ) throws {
        try StandardOutput.print(
            json ? try JSONText.of(status, oneLine: watch) : text(status))
    }
}
