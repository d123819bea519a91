import Foundation
import Synchronization

/// Plays something that may hang, and comes back in any case.
///
/// A cancelled task ends only where it looks; what waits in a system call never does. So whoever
/// waits is told of the limit by a thread of its own, and what hangs is left behind.
enum TimeLimit {
    /// The outcome of `play`; nil when it does not end within `limit`.
    ///
    /// `courtesy` is what a cancelled play may take to put away what it has mounted and started.
    static func run<Outcome: Sendable>(
        _ limit: Duration, courtesy: Duration = .seconds(10),
        _ play: @escaping @Sendable () async -> Outcome
    ) async -> Outcome? {
        await withCheckedContinuation { continuation in
            let answer = Answer(continuation)
            let playing = Task { answer.give(await play()) }
            Thread.detachNewThread {
                guard !answer.isGiven(within: limit) else { return }
                // What it says from now on is that it was cancelled, not how it would have ended.
                answer.isLate.withLock { $0 = true }
                playing.cancel()
                _ = answer.isGiven(within: courtesy)
                answer.give(nil)
            }
        }
    }

    /// Resumes whoever waits, once.
    private final class Answer<Outcome: Sendable>: Sendable {
        let isLate = Mutex(false)
        private let continuation: Mutex<CheckedContinuation<Outcome?, Never>?>

        init(_ continuation: CheckedContinuation<Outcome?, Never>) {
            self.continuation = Mutex(continuation)
        }

        func give(_ outcome: Outcome?) {
            let waiting = continuation.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }
            waiting?.resume(returning: isLate.withLock(\.self) ? nil : outcome)
        }

        func isGiven(within limit: Duration) -> Bool {
            let end = ContinuousClock.now + limit
            while ContinuousClock.now < end {
                if continuation.withLock({ $0 == nil }) { return true }
                Thread.sleep(forTimeInterval: 0.02)
            }
            return continuation.withLock { $0 == nil }
        }
    }
}
