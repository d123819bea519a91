import ArgumentParser
import Labelling

/// How a worker uses its machine.
struct StreamOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Streams that compute side by side, a core each.",
            discussion: "Default: the cores this process may use.", valueName: "n"))
    var streams: Int?

    @Option(
        help: ArgumentHelp("Images that a stream classifies at once.", valueName: "n"))
    var batch = 8

    func validate() throws {
        guard (1...256).contains(streams ?? 1) else {
            throw ValidationError("--streams is a number from 1 to 256.")
        }
        guard (1...256).contains(batch) else {
            throw ValidationError("--batch is a number from 1 to 256.")
        }
    }

    /// The options of a worker called `name`, or after host and process.
    ///
    /// Its crash marker lies in `stateFolder`.
    func workerOptions(
        name: String? = nil, once: Bool = false, stateFolder: String? = nil
    ) -> WorkerOptions {
        WorkerOptions(
            name: name ?? WorkerOptions.uniqueName(), version: programVersion,
            streams: streams ?? Processors.available, batch: batch, once: once,
            stateFolder: stateFolder)
    }
}
