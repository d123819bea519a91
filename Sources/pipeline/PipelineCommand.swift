import ArgumentParser

/// `pipeline`: the root of all commands.
struct PipelineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipeline",
        abstract: "Label image datasets in bulk with ensembles of pretrained ConvNets.",
        discussion: """
            On one machine, 'label' does everything:

              pipeline label ~/photos

            On many, one keeps the work and the others do it:

              pipeline coordinator --data runs              (prints its address and tokens)
              pipeline worker --coordinator URL             (on every host)
              pipeline submit /data/photos --wait
              pipeline export RUN --format csv

            Exit codes: 0 done, 3 done but some images have no label, 64 and above what \
            docs/exit-codes.md lists.
            """,
        version: programVersion,
        groupedSubcommands: [
            CommandGroup(name: "On one machine", subcommands: [LabelCommand.self]),
            CommandGroup(
                name: "On many machines",
                subcommands: [
                    CoordinatorCommand.self, WorkerCommand.self, SubmitCommand.self,
                    StatusCommand.self, ExportCommand.self, ReportCommand.self,
                ]),
            CommandGroup(
                name: "Steering runs",
                subcommands: [
                    PauseCommand.self, ResumeCommand.self, CancelCommand.self, RetryCommand.self,
                    QuarantineCommand.self,
                ]),
            CommandGroup(
                name: "Keeping it running",
                subcommands: [
                    LedgerCommand.self, TokenCommand.self, BackupCommand.self, RestoreCommand.self,
                    DoctorCommand.self,
                ]),
            CommandGroup(name: "Networks", subcommands: [ModelsCommand.self, BenchCommand.self]),
        ])
}
