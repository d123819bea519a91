import HTTPTypes
import PipelineCore
import Synchronization

/// How often somebody may ask.
struct RequestRate: Sendable, Hashable {
    /// Requests a second in the long run.
    var perSecond: Double
    /// Requests that may come at once.
    var burst: Double

    /// As often as anybody likes.
    static let unlimited = RequestRate(perSecond: .infinity, burst: .infinity)
}

/// How often each kind of caller may ask.
///
/// The defaults stop loops that run wild, and are far above what anybody needs: a worker that has
/// none of the dataset fetches every image by a request, and many workers may share a token.
struct RequestRates: Sendable, Hashable {
    /// A worker's token.
    var worker = RequestRate(perSecond: 5000, burst: 10_000)
    /// Any other token.
    var person = RequestRate(perSecond: 50, burst: 200)
    /// All who show no valid token from one address.
    var stranger = RequestRate(perSecond: 5, burst: 50)

    /// As often as anybody likes.
    static let unlimited = RequestRates(
        worker: .unlimited, person: .unlimited, stranger: .unlimited)
}

/// Counts requests in token buckets, one a caller: each begins full and fills again with time.
final class RateLimiter: Sendable {
    private enum Caller: Hashable {
        case token(SHA256Digest)
        case stranger(String)
    }

    private struct Bucket {
        var level: Double
        var at: Tick
    }

    private let rates: RequestRates
    private let clock: any TickSource
    private let metrics: CoordinatorMetrics
    private let buckets = Mutex<[Caller: Bucket]>([:])

    /// As many callers are remembered; when there are more, all begin anew.
    private static let memory = 20_000

    init(_ rates: RequestRates, clock: any TickSource, metrics: CoordinatorMetrics) {
        self.rates = rates
        self.clock = clock
        self.metrics = metrics
    }

    /// Refuses a request under a token that is shown too often.
    func admit(_ token: TokenRecord) throws(Refusal) {
        try admit(.token(token.digest), token.role == .worker ? rates.worker : rates.person)
    }

    /// Refuses a request without a valid token from an address that sends too many.
    func admit(strangerAt address: String) throws(Refusal) {
        try admit(.stranger(address), rates.stranger)
    }

    private func admit(_ caller: Caller, _ rate: RequestRate) throws(Refusal) {
        guard rate.perSecond.isFinite else { return }
        let now = clock.now()
        let isAdmitted = buckets.withLock { buckets in
            if buckets.count >= Self.memory, buckets[caller] == nil { buckets = [:] }
            var bucket = buckets[caller] ?? Bucket(level: rate.burst, at: now)
            let seconds = max(0, now.seconds(since: bucket.at))
            bucket.level = min(rate.burst, bucket.level + seconds * rate.perSecond)
            bucket.at = now
            let isAdmitted = bucket.level >= 1
            if isAdmitted { bucket.level -= 1 }
            buckets[caller] = bucket
            return isAdmitted
        }
        guard !isAdmitted else { return }
        metrics.refused(.rate)
        throw Refusal(
            .tooManyRequests, "too-many",
            "more than \(Int(rate.perSecond)) requests a second; ask again a little later",
            headers: [.retryAfter: "1"])
    }
}
