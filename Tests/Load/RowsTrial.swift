import Foundation
import Labelling
import PipelineCore
import Rehearsal
import Storage
import TestSupport

/// Whether a job store of ten million shards is as quick as a small one.
struct RowsTrial: LoadTrial {
    private let rows: Int
    private let leases: Int

    /// The longest from a start to the first answer, in seconds.
    static let start = 5.0
    /// The longest that a lease takes, of 99 in a hundred, in milliseconds.
    static let lease = 20.0
    /// The longest that a look at the runs takes, in milliseconds.
    static let status = 300.0
    /// The most bytes of the file.
    static let size = 3.0

    /// How many shards there are, and how many leases are taken and completed.
    static let usual: KeyValuePairs = ["rows": 10_000_000, "leases": 1000]

    init(_ options: LoadOptions) throws {
        rows = try options.number("rows")
        leases = try options.number("leases")
    }

    func run(_ report: LoadReport) async throws {
        let folder = TemporaryFolder()
        let begin = ContinuousClock.now
        let store = try await RowStore(in: folder.file("data"), rows: rows)
        report.note(
            String(
                format: "%d shards were written in %.0f s", rows,
                begin.duration(to: .now) / .seconds(1)))
        try await play(store, report)
    }

    /// Starts a coordinator over `store` twice, and works with it.
    func play(_ store: RowStore, _ report: LoadReport) async throws {
        report.expect("the file has", store.size / 0x1p30, below: Self.size, "GiB")
        try store.chill()
        let first = try await open(store, "a start from a cold disk", report)
        try await work(first, report)
        try await look(first, store, report)
        try await first.kill()
        let second = try await open(store, "a start after a kill", report)
        try await second.stop()
        try await takeDirectly(store, report)
    }

    /// Starts a coordinator, and waits for its first answer.
    private func open(
        _ store: RowStore, _ what: String, _ report: LoadReport
    ) async throws -> RunningCoordinator {
        let begin = ContinuousClock.now
        let coordinator = try await RunningCoordinator.start(over: store.data, lease: 60)
        _ = try await coordinator.client(.viewer).status(of: store.running)
        report.expect(
            what + " took", begin.duration(to: .now) / .seconds(1), below: Self.start, "s")
        return coordinator
    }

    /// Takes and completes leases through HTTP, one after the other.
    private func work(_ coordinator: RunningCoordinator, _ report: LoadReport) async throws {
        let client = try coordinator.client(.worker)
        let request = LeaseRequest(worker: "load", version: "load")
        let file = Array("result".utf8)
        let result = ShardResult(
            sha256: SHA256Digest(of: file), labelled: RowStore.images, failed: 0)
        var (taking, completing): ([Double], [Double]) = ([], [])
        for _ in 0..<leases {
            let begin = ContinuousClock.now
            guard let lease = try await client.lease(request) else {
                throw Failed("no shard waits")
            }
            taking.append(begin.duration(to: .now).milliseconds)
            try await client.upload(file, sha256: result.sha256, for: lease.ticket)
            let end = ContinuousClock.now
            _ = try await client.complete(
                CompletionRequest(
                    ticket: lease.ticket, result: result, canary: SimulatedWorker.canary))
            completing.append(end.duration(to: .now).milliseconds)
        }
        judge("leases over HTTP", taking, report)
        judge("completions over HTTP", completing, report)
    }

    private func judge(_ what: String, _ times: [Double], _ report: LoadReport) {
        let times = Latencies(times)
        report.note(String(format: "\(what): %.2f ms at the median", times.percentile(0.5)))
        report.expect(
            "of \(times.count) \(what), 99 % took less than", times.percentile(0.99),
            below: Self.lease, "ms")
    }

    /// Looks at all runs and at one, as `pipeline status` does.
    private func look(
        _ coordinator: RunningCoordinator, _ store: RowStore, _ report: LoadReport
    ) async throws {
        let viewer = try coordinator.client(.viewer)
        var times: [Double] = []
        for _ in 0..<20 {
            let begin = ContinuousClock.now
            _ = try await viewer.runs()
            _ = try await viewer.status(of: store.running)
            times.append(begin.duration(to: .now).milliseconds)
        }
        report.expect("the slowest status took", times.max() ?? 0, below: Self.status, "ms")
    }

    /// Takes leases from the store itself, without a coordinator.
    private func takeDirectly(_ rows: RowStore, _ report: LoadReport) async throws {
        let clock = MonotonicTicks()
        let store = try SQLiteJobStore(path: rows.path, now: clock.now(), term: .seconds(60))
        var times: [Double] = []
        for number in 0..<leases {
            let begin = ContinuousClock.now
            let lease = try await store.lease(
                LeaseClaim(
                    worker: "load", secret: "secret \(number)", term: .seconds(60),
                    now: clock.now()))
            guard lease != nil else { throw Failed("no shard waits") }
            times.append(begin.duration(to: .now).milliseconds)
        }
        try store.close()
        judge("leases from the store itself", times, report)
    }
}
