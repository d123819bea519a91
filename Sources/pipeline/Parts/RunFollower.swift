import Labelling
import PipelineCore

/// Waits for a run at a coordinator, and shows how far it is.
struct RunFollower {
    let client: CoordinatorClient
    let run: RunID
    var interval = Duration.seconds(1)

    /// Waits until the run is done; throws ``Interruption`` when the process is asked to end.
    func wait(_ interrupts: Interrupts) async throws -> Run {
        var display = ProgressDisplay()
        defer { display.end() }
        while true {
            let status = try await client.status(of: run)
            if status.run.state == .done { return status.run }
            display.update(ProgressLine(status))
            try await pause(for: interval, interrupts)
        }
    }
}

/// Waits, but not longer than until the process is asked to end; then throws ``Interruption``.
func pause(for duration: Duration, _ interrupts: Interrupts) async throws {
    let end = ContinuousClock.now + duration
    while ContinuousClock.now < end {
        try interrupts.check()
        try await Task.sleep(for: min(.milliseconds(100), duration))
    }
    try interrupts.check()
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
