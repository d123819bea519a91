import HTTPTypes
import Hummingbird
import PipelineCore

/// The routes of whoever keeps the coordinator running.
struct OperationsController {
    typealias Context = CoordinatorContext

    let parts: CoordinatorParts
    let activity: Activity
    let metrics: CoordinatorMetrics
    let version: String
    let probe: ReadinessProbe
    private let process = ProcessMetrics()

    init(
        parts: CoordinatorParts, activity: Activity, metrics: CoordinatorMetrics, version: String
    ) {
        self.version = version
        self.parts = parts
        self.activity = activity
        self.metrics = metrics
        probe = ReadinessProbe(parts)
    }

    var routes: [Route] {
        [
            Route(.get, "healthz", .open, use: health),
            Route(.get, "readyz", .open, use: readiness),
            Route(.get, "metrics", .role(.viewer), use: page),
        ]
    }

    /// `GET /healthz` answers as long as the process does.
    func health(_ request: Request, context: Context) async throws -> String { "ok\n" }

    /// `GET /readyz` answers 503 while the job store or the disk fails.
    func readiness(_ request: Request, context: Context) async throws -> String {
        guard await probe.isReady(logger: context.logger) else {
            throw Refusal(
                .serviceUnavailable, "not-ready",
                "the job store or the disk fails; the coordinator's log says why",
                headers: [.retryAfter: "5"])
        }
        return "ready\n"
    }

    /// `GET /metrics` is what Prometheus reads.
    func page(_ request: Request, context: Context) async throws -> Response {
        let now = parts.clock.now()
        var page = MetricsPage()
        page.family("pipeline_build_info", .gauge, "The program's version; always 1.")
        page.sample(1, ["version": version, "protocol": "\(protocolVersion)"])
        page.write(try await parts.store.totals())
        var rate = 0.0
        for run in try await parts.store.runNames(in: .running) {
            rate += await activity.meter.rate(of: run, at: now) ?? 0
        }
        page.family("pipeline_images_per_second", .gauge, "Images finished, over the last minute.")
        page.sample(rate)
        let workers = await activity.roster.statuses(at: now).filter { $0.silence < 60 }
        page.family("pipeline_workers", .gauge, "Workers seen in the last minute.")
        page.sample(Double(workers.count))
        page.family(
            "pipeline_quarantined_hosts", .gauge, "Hosts whose workers get no shard any more.")
        page.sample(Double(try await parts.store.quarantinedWorkers().count))
        page.family(
            "pipeline_lease_age_seconds", .gauge, "Age of the oldest lease that is held, or 0.")
        page.sample(try await parts.store.oldestLease().map { max(0, now.seconds(since: $0)) } ?? 0)
        metrics.write(to: &page)
        process.write(to: &page)
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: page.text)))
    }
}
