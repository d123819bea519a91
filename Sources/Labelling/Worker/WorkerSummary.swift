import Synchronization

/// What a worker has done, from its first lease to its last delivery.
package struct WorkerSummary: Sendable, Hashable {
    /// Shards whose result was accepted.
    package var shards = 0
    /// Images of those shards.
    package var images = 0
    /// Images with a label.
    package var labelled = 0
    /// Images that ended without one.
    package var failed = 0
    /// Images that had to be computed; the others were known before, or in their shard twice.
    package var computed = 0
    /// From the first lease to the last delivery, in seconds.
    package var seconds = 0.0
    /// The part of ``seconds`` in which networks were loaded and set up.
    package var loadingSeconds = 0.0

    /// All zero.
    package init() {}

    /// Computed images a second over the whole time; 0 when there were none.
    package var imagesPerSecond: Double { rate(over: seconds) }

    /// Computed images a second without the time for loading; 0 when there were none.
    package var imagesPerSecondAfterLoading: Double { rate(over: seconds - loadingSeconds) }

    private func rate(over seconds: Double) -> Double {
        computed == 0 ? 0 : Double(computed) / max(seconds, 1e-9)
    }
}

/// Keeps count while a worker works.
final class Tally: Sendable {
    private struct State {
        var summary = WorkerSummary()
        var start: ContinuousClock.Instant?
        var finished = 0
    }

    private let state = Mutex(State())
    /// Told how many images are finished in all.
    private let progress: (@Sendable (Int) -> Void)?

    init(progress: (@Sendable (Int) -> Void)?) { self.progress = progress }

    /// Notes that there is a lease.
    func leased() { state.withLock { $0.start = $0.start ?? .now } }

    /// Notes that an image is finished.
    func finishedImage() {
        let finished = state.withLock { state in
            state.finished += 1
            return state.finished
        }
        progress?(finished)
    }

    /// Notes that a shard's result was accepted.
    func delivered(labelled: Int, failed: Int, computed: Int, loading: Duration) {
        state.withLock { state in
            state.summary.shards += 1
            state.summary.images += labelled + failed
            state.summary.labelled += labelled
            state.summary.failed += failed
            state.summary.computed += computed
            state.summary.loadingSeconds = loading / .seconds(1)
            if let start = state.start {
                state.summary.seconds = start.duration(to: .now) / .seconds(1)
            }
        }
    }

    var summary: WorkerSummary { state.withLock(\.summary) }
}
