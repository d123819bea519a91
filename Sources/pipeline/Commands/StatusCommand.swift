import ArgumentParser
import Labelling
import PipelineCore

/// `pipeline status`: how far runs are, and who works on them.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tell how far runs are, and who works on them.",
        discussion: """
            Without a run, lists the latest of them and the workers lately seen.

              pipeline status --token-file runs/tokens/viewer
              pipeline status r4mzk7xqe2ahw --watch
              pipeline status r4mzk7xqe2ahw --json | jq .run.counts

            'shards' are the pieces that a run is handed out in; 'leased' ones are with a worker.
            """)

    @Argument(help: ArgumentHelp(stringLiteral: RunID.help)) var run: RunID?

    @Flag(help: "Go on until the run is done, or, without a run, until Ctrl-C.")
    var watch = false

    @Flag(help: "Print JSON; with --watch an object a line.")
    var json = false

    @OptionGroup var coordinator: CoordinatorOptions

    func run() async throws {
        try await interruptible(Interrupts()) {
            let client = try coordinator.client()
            if let run, watch, !json {
                _ = try await RunFollower(client: client, run: run).wait()
                try StandardOutput.print(StatusText.of(try await client.status(of: run)))
            } else if let run {
                try await tell(
                    { try await client.status(of: run) }, StatusText.of,
                    until: { $0.run.state == .done || $0.run.state == .cancelled })
            } else {
                try await tell({ try await client.runs() }, StatusText.of, until: { _ in false })
            }
        }
    }

    /// Prints what `fetch` gives, once, or with ``watch`` until `isLast` holds of it.
    private func tell<Status: Encodable>(
        _ fetch: () async throws -> Status, _ text: (Status) -> String,
        until isLast: (Status) -> Bool
    ) async throws {
        while true {
            let status = try await fetch()
            try StandardOutput.print(
                json ? try JSONText.of(status, oneLine: watch) : text(status))
            guard watch, !isLast(status) else { return }
            try await Task.sleep(for: .seconds(json ? 1 : 5))
        }
    }
}
