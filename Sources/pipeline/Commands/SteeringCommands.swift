import ArgumentParser
import Labelling
import PipelineCore

/// `pipeline pause`: hands out no more shards of a run.
struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Hand out no more shards of a run; those at work are finished.",
        discussion: """
              pipeline pause r4mzk7xqe2ahw
            """)

    @OptionGroup var target: SteeringOptions

    func run() async throws { try await target.give(.pause) }
}

/// `pipeline resume`: goes on with a run.
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a run that was paused or cancelled.",
        discussion: """
              pipeline resume r4mzk7xqe2ahw
            """)

    @OptionGroup var target: SteeringOptions

    func run() async throws { try await target.give(.resume) }
}

/// `pipeline cancel`: stops all work on a run.
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Stop all work on a run; what is done stays.",
        discussion: """
            Workers drop the shards they hold. 'resume', or submitting the dataset again, goes on \
            from what is done.

              pipeline cancel r4mzk7xqe2ahw
            """)

    @OptionGroup var target: SteeringOptions

    func run() async throws { try await target.give(.cancel) }
}

/// `pipeline retry`: tries again what has failed.
struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Try again what has failed in a run.",
        discussion: """
            Shards that were given up, and shards with images that have no label, go back to the \
            queue. Images in quarantine stay there: 'pipeline quarantine' is about them.

              pipeline retry r4mzk7xqe2ahw --failed
            """)

    @Flag(help: "Say that what failed is meant; there is nothing else to retry.")
    var failed = false

    @OptionGroup var target: SteeringOptions

    func validate() throws {
        guard failed else { throw ValidationError("Name what to retry: --failed.") }
    }

    func run() async throws { try await target.give(.retry) }
}

/// Which run is steered, and how the answer is told.
struct SteeringOptions: ParsableArguments {
    @Argument(help: ArgumentHelp(stringLiteral: RunID.help)) var run: RunID

    @Flag(help: "Print the run as JSON instead of a line.")
    var json = false

    @OptionGroup var coordinator: CoordinatorOptions

    /// Gives the order, and tells what the run is then.
    func give(_ order: RunOrder) async throws {
        try await interruptible(Interrupts()) {
            let run = try await coordinator.client().steer(run, order)
            try tell(of: run)
        }
    }

    /// Prints the run, in a line or as JSON.
    func tell(of run: Run) throws {
        try StandardOutput.print(json ? try JSONText.of(run) : Self.line(of: run))
    }

    /// The run's id, its state and how far it is.
    static func line(of run: Run) -> String {
        let counts = run.counts
        return "\(run.id) \(run.state.rawValue): \(counts.labelled + counts.failed) of "
            + "\(counted(counts.images, "image")) done"
    }
}
