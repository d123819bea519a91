import PipelineCore
import Synchronization

/// How a lease came to its end.
enum LeaseEnd: String, CaseIterable {
    /// A result counts.
    case completed
    /// The worker left, or had not begun.
    case left
    /// The worker could not do it.
    case failed
    /// The worker died at work, as the one in its place tells.
    case crashed
    /// The worker fell silent.
    case expired

    init(_ reason: HandBack) {
        switch reason {
        case .leaving: self = .left
        case .failed: self = .failed
        case .crashed: self = .crashed
        }
    }
}

/// Why somebody was turned away before a handler was asked.
enum Turning: String, CaseIterable {
    /// Too many requests in a short time.
    case rate
    /// Too many connections from one address.
    case connections
    /// A connection whose first request did not come.
    case silence
}

/// What the coordinator counts about itself.
final class CoordinatorMetrics: Sendable {
    /// A route's pattern; few, and never the client's choice.
    struct Route: Hashable {
        var method: String
        var path: String

        /// Requests that no route was found for.
        static let none = Route(method: "other", path: "none")
    }

    private struct Series {
        var statuses: [Int: Int] = [:]
        var buckets = [Int](repeating: 0, count: CoordinatorMetrics.bounds.count)
        var sum = 0.0
        var count = 0
    }

    private struct State {
        var routes: [Route: Series] = [:]
        var taken = 0
        var ended: [LeaseEnd: Int] = [:]
        var refused: [Turning: Int] = [:]
        var hits = 0
        var misses = 0
        var entered = 0
        var computed = 0
        var reused = 0
    }

    private let state = Mutex(State())

    /// The upper bounds of the histogram's buckets, in seconds.
    private static let bounds = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]

    /// Counts an answer whose head was ready after `seconds`.
    func answered(route: Route, status: Int, after seconds: Double) {
        state.withLock { state in
            var series = state.routes[route] ?? Series()
            series.statuses[status, default: 0] += 1
            if let bucket = Self.bounds.firstIndex(where: { seconds <= $0 }) {
                series.buckets[bucket] += 1
            }
            series.sum += seconds
            series.count += 1
            state.routes[route] = series
        }
    }

    /// Counts a lease that a worker was given.
    func leased() {
        state.withLock { $0.taken += 1 }
    }

    /// Counts leases that ended.
    func ended(_ how: LeaseEnd, _ leases: Int = 1) {
        state.withLock { $0.ended[how, default: 0] += leases }
    }

    /// Counts a request or a connection that was turned away.
    func refused(_ cause: Turning) {
        state.withLock { $0.refused[cause, default: 0] += 1 }
    }

    /// Counts what the ledger knew, and what it did not: an image and member each.
    func looked(hits: Int, misses: Int) {
        state.withLock { state in
            state.hits += hits
            state.misses += misses
        }
    }

    /// Counts images that were entered into the ledger.
    func entered(_ images: Int) {
        state.withLock { $0.entered += images }
    }

    /// Counts a finished shard's images.
    func finished(computed: Int, reused: Int) {
        state.withLock { state in
            state.computed += computed
            state.reused += reused
        }
    }

    /// Adds what was counted to a page.
    func write(to page: inout MetricsPage) {
        let state = state.withLock { $0 }
        let totals: KeyValuePairs<String, (String, Int)> = [
            "pipeline_images_computed_total": (
                "Images of finished shards that a worker computed.", state.computed
            ),
            "pipeline_images_reused_total": (
                "Images of finished shards that were known before, or in the shard twice.",
                state.reused
            ),
            "pipeline_ledger_hits_total": (
                "Logits, by image and member, that the ledger knew.", state.hits
            ),
            "pipeline_ledger_misses_total": (
                "Logits, by image and member, that the ledger did not know.", state.misses
            ),
            "pipeline_ledger_entered_total": (
                "Images entered into the ledger.", state.entered
            ),
        ]
        for (name, (help, count)) in totals {
            page.family(name, .counter, help)
            page.sample(Double(count))
        }
        page.family("pipeline_leases_taken_total", .counter, "Leases given to workers.")
        page.sample(Double(state.taken))
        page.family("pipeline_leases_ended_total", .counter, "Leases by how they ended.")
        for reason in LeaseEnd.allCases {
            page.sample(Double(state.ended[reason] ?? 0), ["reason": reason.rawValue])
        }
        page.family(
            "pipeline_refused_total", .counter, "Requests and connections turned away unheard.")
        for cause in Turning.allCases {
            page.sample(Double(state.refused[cause] ?? 0), ["cause": cause.rawValue])
        }

        let routes = state.routes.sorted { a, b in
            (a.key.path, a.key.method) < (b.key.path, b.key.method)
        }
        page.family("pipeline_http_requests_total", .counter, "Answers by route and status.")
        for (route, series) in routes {
            for (status, count) in series.statuses.sorted(by: { $0.key < $1.key }) {
                page.sample(
                    Double(count),
                    ["method": route.method, "route": route.path, "status": "\(status)"])
            }
        }
        page.family(
            "pipeline_http_request_seconds", .histogram, "Time until an answer's head was ready.")
        for (route, series) in routes {
            var below = 0
            for (bound, count) in zip(Self.bounds, series.buckets) {
                below += count
                page.sample(
                    Double(below), suffix: "_bucket",
                    ["method": route.method, "route": route.path, "le": "\(bound)"])
            }
            page.sample(
                Double(series.count), suffix: "_bucket",
                ["method": route.method, "route": route.path, "le": "+Inf"])
            page.sample(series.sum, suffix: "_sum", ["method": route.method, "route": route.path])
            page.sample(
                Double(series.count), suffix: "_count",
                ["method": route.method, "route": route.path])
        }
    }
}
