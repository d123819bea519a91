import Labelling
import PipelineCore

/// Waits for a run at a coordinator, and shows how far it is.
struct RunFollower {
    let client: CoordinatorClient
    let run: RunID

    /// Waits until the run is done, or its task is cancelled.
    func wait() async throws -> Run {
        var display = ProgressDisplay()
        defer { display.end() }
        while true {
            let status = try await client.status(of: run)
            if status.run.state == .done { return status.run }
            guard status.run.state != .cancelled else {
                throw Failure(
                    .notNow, "run '\(run)' was cancelled",
                    hint: "'pipeline resume \(run)' goes on with it")
            }
            if let words = status.run.hold {
                throw Failure(
                    .notPermitted, "run '\(run)' is held: \(words)",
                    hint: "'pipeline resume \(run)' goes on with it afterwards")
            }
            display.update(ProgressLine(status))
            try await Task.sleep(for: .seconds(1))
        }
    }
}

extension ProgressLine {
    /// How far a coordinator says that a run is.
    init(_ status: RunStatus) {
        let counts = status.run.counts
        let underway = status.holders.reduce(0) { $0 + $1.progress }
        self.init(
            labelled: counts.labelled + underway, failed: counts.failed, total: counts.images,
            imagesPerSecond: status.imagesPerSecond, secondsLeft: status.secondsLeft)
    }
}
