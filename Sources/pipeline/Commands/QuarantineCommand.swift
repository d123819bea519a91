import ArgumentParser
import Labelling
import PipelineCore

/// `pipeline quarantine`: images that end the workers which look at them, and workers that are not
/// trusted.
struct QuarantineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "Look after images that end their workers, and workers that are not trusted.",
        discussion: """
            An image that ends its workers is found, set aside and becomes a row of the manifest \
            with the reason 'quarantined'; all others are labelled. Here is who died of it, and \
            the way back.

            A host that computes wrongly is set aside, too, as the test image shows that comes with \
            every shard, or an audit (submit --audit): its workers get no shard any more, and what \
            nobody vouches for is computed again.

              pipeline quarantine list
              pipeline quarantine retry r4mzk7xqe2ahw 4711
            """,
        subcommands: [List.self, Release.self, Retry.self, Add.self], defaultSubcommand: List.self)

    /// `pipeline quarantine list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the images and workers in quarantine, and what is held against them.",
            discussion: """
                  pipeline quarantine list
                  pipeline quarantine list r4mzk7xqe2ahw --json
                """)

        @Argument(help: ArgumentHelp(stringLiteral: RunID.help)) var run: RunID?

        @Flag(help: "Print JSON instead of text.")
        var json = false

        @OptionGroup var coordinator: CoordinatorOptions

        func run() async throws {
            try await interruptible(Interrupts()) {
                let list = try await coordinator.client().quarantine(of: run)
                try StandardOutput.print(json ? try JSONText.of(list) : QuarantineText.of(list))
            }
        }
    }

    /// `pipeline quarantine release`.
    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put an image back into the queue, or trust a host's workers again.",
            discussion: """
                For what was innocent, or has been repaired. What was held against it is forgotten. \
                Hosts take an admin's token.

                  pipeline quarantine release r4mzk7xqe2ahw 1207
                  pipeline quarantine release --worker host3
                """)

        @Argument(help: ArgumentHelp(stringLiteral: RunID.help)) var run: RunID?

        @Argument(
            help: ArgumentHelp(
                "The image's row in the manifest, as 'list' shows it.", valueName: "row"))
        var row: Int?

        @Option(
            help: ArgumentHelp(
                "A host, as 'list' shows it, instead of an image.", valueName: "host"))
        var worker: String?

        @Flag(help: "Print JSON instead of a line.")
        var json = false

        @OptionGroup var coordinator: CoordinatorOptions

        func validate() throws {
            guard (run == nil) == (row == nil), (run == nil) != (worker == nil) else {
                throw ValidationError("Name an image by its run and row, or a host by --worker.")
            }
            guard row ?? 0 >= 0 else { throw ValidationError("A row is a number from 0.") }
        }

        func run() async throws {
            try await interruptible(Interrupts()) {
                let client = try coordinator.client()
                if let worker {
                    let list = try await client.trust(true, worker: worker)
                    try StandardOutput.print(
                        json ? try JSONText.of(list) : "host '\(shown(worker))' is trusted again")
                } else if let run, let row {
                    let run = try await client.readmit(row: row, of: run, by: .release)
                    try StandardOutput.print(
                        json ? try JSONText.of(run) : SteeringOptions.line(of: run))
                }
            }
        }
    }

    /// `pipeline quarantine retry`.
    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try an image once more; if it ends its worker, it is back.",
            discussion: """
                For one whose worker had too little memory, or an old version.

                  pipeline quarantine retry r4mzk7xqe2ahw 1207
                """)

        @OptionGroup var image: QuarantinedImageOptions

        func run() async throws { try await image.readmit(by: .retry) }
    }

    /// `pipeline quarantine add`.
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set a host aside: its workers get no shard any more.",
            discussion: """
                What it has delivered to runs with an audit is computed again, and what it has \
                delivered to others while no second host agreed with it. What is done stays. Takes \
                an admin's token.

                  pipeline quarantine add host3
                """)

        @Argument(
            help: ArgumentHelp("The host, or one of its workers.", valueName: "host"))
        var host: String

        @Flag(help: "Print the quarantined hosts as JSON instead of a line each.")
        var json = false

        @OptionGroup var coordinator: CoordinatorOptions

        func run() async throws {
            try await interruptible(Interrupts()) {
                let list = try await coordinator.client().trust(false, worker: host)
                try StandardOutput.print(json ? try JSONText.of(list) : QuarantineText.of(list))
            }
        }
    }
}

/// Which image is readmitted.
struct QuarantinedImageOptions: ParsableArguments {
    @OptionGroup var target: SteeringOptions

    @Argument(
        help: ArgumentHelp(
            "The image's row in the manifest, as 'list' shows it.", valueName: "row"))
    var row: Int

    func validate() throws {
        guard row >= 0 else { throw ValidationError("A row is a number from 0.") }
    }

    /// Puts the image back into the queue, and tells what its run is then.
    func readmit(by terms: Readmission) async throws {
        try await interruptible(Interrupts()) {
            let client = try target.coordinator.client()
            try target.tell(of: try await client.readmit(row: row, of: target.run, by: terms))
        }
    }
}
