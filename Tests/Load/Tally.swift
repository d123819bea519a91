import Labelling
import PipelineCore
import Synchronization

/// What simulated workers have seen: how long leases took, and what went wrong.
final class Tally: Sendable {
    private struct Counts {
        var leases: [Double] = []
        var shards = 0
        var refusals: [String: Int] = [:]
    }

    private let counts = Mutex(Counts())

    /// Notes that a lease was answered after so many milliseconds, with a shard or without one.
    func leased(after milliseconds: Double) {
        counts.withLock { $0.leases.append(milliseconds) }
    }

    /// Notes that a result was counted.
    func completed() { counts.withLock { $0.shards += 1 } }

    /// Notes what went wrong with a request, whether it is asked again or not.
    func failed(_ error: any Error) {
        let name = Self.name(of: error)
        counts.withLock { $0.refusals[name, default: 0] += 1 }
    }

    /// How long leases took, in milliseconds.
    var leases: Latencies { Latencies(counts.withLock { $0.leases }) }
    /// How many results were counted.
    var shards: Int { counts.withLock { $0.shards } }
    /// How often each thing went wrong, by its name.
    var refusals: [String: Int] { counts.withLock { $0.refusals } }
    /// How many requests failed for other reasons than being one too many.
    var errors: Int {
        refusals.filter { !["429", "503"].contains($0.key) }.reduce(0) { $0 + $1.value }
    }

    private static func name(of error: any Error) -> String {
        switch error {
        case ClientError.refused(let status, let problem):
            [429, 503].contains(status) ? "\(status)" : "\(status) \(problem.code)"
        case ClientError.unreachable: "unreachable"
        default: "\(error)"
        }
    }
}

/// Times, for percentiles.
struct Latencies: Sendable {
    private let sorted: [Double]

    /// Takes them in any order.
    init(_ times: [Double]) { sorted = times.sorted() }

    /// How many there are.
    var count: Int { sorted.count }

    /// The time that `share` of all are not above; 0 where there is none.
    func percentile(_ share: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let place = Int((Double(sorted.count) * share).rounded(.up)) - 1
        return sorted[min(max(place, 0), sorted.count - 1)]
    }
}

extension Duration {
    /// The duration in milliseconds.
    var milliseconds: Double { self / .milliseconds(1) }
}
