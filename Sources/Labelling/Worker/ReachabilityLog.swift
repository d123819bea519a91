import Logging
import Synchronization

/// Tells of a coordinator that does not answer: when that begins, once a minute, and when it ends.
final class ReachabilityLog: Sendable {
    private struct State {
        var isLost = false
        var told: ContinuousClock.Instant?
    }

    private static let pause = Duration.seconds(60)

    private let logger: Logger
    private let state = Mutex(State())

    init(_ logger: Logger) { self.logger = logger }

    /// Notes a failure that a retry follows, or with nil a success.
    func note(_ failure: ClientError?) {
        let (tellsFailure, tellsReturn) = state.withLock { state in
            guard failure != nil else {
                defer { state = State() }
                return (false, state.isLost)
            }
            state.isLost = true
            if let told = state.told, told.duration(to: .now) < Self.pause { return (false, false) }
            state.told = .now
            return (true, false)
        }
        if tellsFailure, let failure { logger.warning("\(failure); trying again until it answers") }
        if tellsReturn { logger.notice("the coordinator answers again") }
    }
}
