import Synchronization

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
        var expiredLeases = 0
    }

    private let state = Mutex(State())

    /// The upper bounds of the histogram's buckets, in seconds.
    private static let bounds = [0.001, 0.005, 0.025, 0.1, 0.25, 1, 5, 30]

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

    /// Counts leases that ended by time.
    func expired(_ leases: Int) {
        state.withLock { $0.expiredLeases += leases }
    }

    /// Adds what was counted to a page.
    func write(to page: inout MetricsPage) {
        let state = state.withLock { $0 }
        page.family("pipeline_leases_expired_total", .counter, "Leases that ended by time.")
        page.sample(Double(state.expiredLeases))

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
