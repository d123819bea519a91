package import PipelineCore
import Synchronization

/// A clock that stands still until it is told otherwise.
package final class ManualClock: TickSource {
    private let tick: Mutex<Tick>

    /// Stands at `seconds` after the clock's start.
    package init(seconds: Int64 = 0) {
        tick = Mutex(Tick(nanoseconds: seconds * 1_000_000_000))
    }

    package func now() -> Tick { tick.withLock { $0 } }

    /// Moves the hand on, or back by a negative `duration`.
    package func advance(by duration: Duration) {
        tick.withLock { $0 = $0 + duration }
    }

    /// Puts the hand to `moment`.
    package func set(to moment: Tick) {
        tick.withLock { $0 = moment }
    }
}
