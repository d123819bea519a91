import Synchronization

/// When each worker first got a shard.
final class Arrivals: Sendable {
    private let first = Mutex<[String: ContinuousClock.Instant]>([:])

    /// Notes that a worker has got a shard now.
    func came(_ name: String) {
        first.withLock { first in
            if first[name] == nil { first[name] = .now }
        }
    }

    /// Lets all come anew.
    func forget() { first.withLock { $0 = [:] } }

    /// How many have come.
    var count: Int { first.withLock { $0.count } }

    /// After how many seconds each of them came; 0 for one that was early.
    func times(since start: ContinuousClock.Instant) -> [Double] {
        first.withLock { $0.values.map { max(0, start.duration(to: $0) / .seconds(1)) } }
    }
}
