import ArgumentParser
import Labelling
import PipelineCore

/// `pipeline quarantine`: images that end the workers which look at them.
struct QuarantineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "Look after images that end the workers which look at them.",
        discussion: """
            An image that ends its workers is found, set aside and becomes a row of the manifest \
            with the reason 'quarantined'; all others are labelled. Here is who died of it, and \
            the way back.

              pipeline quarantine list
              pipeline quarantine retry r4mzk7xqe2ahw 4711
            """,
        subcommands: [List.self, Release.self, Retry.self], defaultSubcommand: List.self)

    /// `pipeline quarantine list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the images in quarantine, and what is held against them.",
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
            abstract: "Put an image back into the queue, with a clean slate.",
            discussion: """
                For one that was innocent. What was held against it is forgotten.

                  pipeline quarantine release r4mzk7xqe2ahw 1207
                """)

        @OptionGroup var image: QuarantinedImageOptions

        func run() async throws { try await image.readmit(by: .release) }
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

/// The quarantine as a person reads it.
enum QuarantineText {
    /// An image a paragraph: where it is, and a line a death.
    static func of(_ list: QuarantineList) -> String {
        guard !list.images.isEmpty else { return "no image is in quarantine" }
        return list.images.map { image in
            let name = image.file.map { shown($0.text) } ?? "?"
            let deaths = image.crashes.map { "  " + line($0) }
            return (["\(image.run) row \(image.row): \(name)"] + deaths).joined(separator: "\n")
        }.joined(separator: "\n")
    }

    private static func line(_ crash: Crash) -> String {
        let held = "worker '\(shown(crash.worker))' died with \(counted(crash.images, "image"))"
        guard let mark = crash.mark else { return held + ", in silence" }
        let signal = mark.signal.map { " of signal \($0)" } ?? ""
        let rows = mark.rows.map { ", rows \($0) in hand" } ?? ""
        return held + signal + rows
    }
}
