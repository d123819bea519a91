import ArgumentParser
import Labelling
import PipelineCore

/// `pipeline ledger`: what has been computed before, and need not be again.
struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Look after what has been computed before.",
        discussion: """
            A coordinator remembers which images were computed by which weights, preprocessing and \
            precision. An image that is known is not computed again, in whichever run or dataset \
            it comes up. Forgetting costs nothing but the time to compute again.

              pipeline ledger stats
              pipeline ledger prune --unused-days 90
            """,
        subcommands: [Stats.self, Prune.self], defaultSubcommand: Stats.self)

    /// `pipeline ledger stats`.
    struct Stats: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell how much is known.",
            discussion: """
                  pipeline ledger stats
                  pipeline ledger stats --json
                """)

        @Flag(help: "Print JSON instead of text.")
        var json = false

        @OptionGroup var coordinator: CoordinatorOptions

        func run() async throws {
            try await interruptible(Interrupts()) {
                let statistics = try await coordinator.client().ledger()
                try StandardOutput.print(
                    json ? try JSONText.of(statistics) : LedgerText.of(statistics))
            }
        }
    }

    /// `pipeline ledger prune`.
    struct Prune: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget what was not used for long.",
            discussion: """
                Results and manifests stay as they are; what is forgotten is where to find single \
                images in them. It takes an admin's token.

                  pipeline ledger prune --unused-days 90
                  pipeline ledger prune --unused-days 0
                """)

        @Option(
            help: ArgumentHelp(
                "Forget results of which nothing was used for so long; 0 forgets everything.",
                valueName: "days"))
        var unusedDays = 180

        @Flag(help: "Print JSON instead of text.")
        var json = false

        @OptionGroup var coordinator: CoordinatorOptions

        func validate() throws {
            guard (0...36_500).contains(unusedDays) else {
                throw ValidationError("--unused-days is a number from 0 to 36500.")
            }
        }

        func run() async throws {
            try await interruptible(Interrupts()) {
                let pruning = try await coordinator.client().pruneLedger(unusedDays: unusedDays)
                guard !json else { return try StandardOutput.print(try JSONText.of(pruning)) }
                try StandardOutput.print(
                    "forgot \(counted(pruning.forgotten, "image"))\n" + LedgerText.of(pruning.left))
            }
        }
    }
}

/// A ledger as a person reads it.
enum LedgerText {
    /// What is known, in one sentence.
    static func of(_ statistics: LedgerStatistics) -> String {
        let results = counted(statistics.results, "result")
        let ways = counted(statistics.recipes, "ensemble")
        return "\(counted(statistics.images, "image")) known, by \(ways), in \(results); "
            + "the ledger takes \(max(1, statistics.bytes / 1000)) kB"
    }
}
