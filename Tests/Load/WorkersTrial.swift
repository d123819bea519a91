import Foundation
import Glibc
import Labelling
import PipelineCore
import Rehearsal
import TestSupport
import Transport

/// Whether one coordinator serves two hundred workers that hardly ever rest, and all of them anew
/// after it has been killed.
struct WorkersTrial: LoadTrial {
    private let workers: Int
    private let duration: Duration
    private let down: Duration

    /// What a shard takes.
    private static let work = Duration.milliseconds(20)
    /// The longest that a lease takes, of 99 in a hundred, in milliseconds.
    static let lease = 250.0
    /// The longest until all workers have a shard again, in seconds.
    static let recovery = 30.0

    /// How many workers, for how many seconds, and for how many the coordinator is away.
    static let usual: KeyValuePairs = ["workers": 200, "seconds": 600, "down": 5]

    init(_ options: LoadOptions) throws {
        workers = try options.number("workers")
        duration = .seconds(try options.number("seconds"))
        down = .seconds(try options.number("down"))
    }

    /// Plays it, and holds it to its limits.
    func run(_ report: LoadReport) async throws { _ = try await play(report) }

    /// What a trial came to, whatever it took.
    struct Outcome: Sendable {
        /// How many results were counted before the kill.
        var shards = 0
        /// How many requests failed before the kill for other reasons than being one too many.
        var errors = 0
        /// How many workers had a shard after it.
        var returned = 0
    }

    /// Plays it, holds it to its limits, and gives what it came to.
    func play(_ report: LoadReport) async throws -> Outcome {
        let folder = TemporaryFolder()
        let data = folder.file("data")
        let coordinator = try await RunningCoordinator.start(over: data, lease: 60)
        let (tally, arrivals) = (Tally(), Arrivals())
        let crew = try await crew(of: coordinator, tally, arrivals)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await Self.feed(coordinator)
                } catch {
                    if !Task.isCancelled { report.check(false, "\(error)") }
                }
            }
            for worker in crew { group.addTask { await worker.work() } }
            defer { group.cancelAll() }
            try await Task.sleep(for: duration)
            // A form of seconds may end before its run is cut into shards.
            let end = ContinuousClock.now + .seconds(300)
            while tally.shards == 0, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(50))
            }
            judge(tally, report)
            var outcome = Outcome(shards: tally.shards, errors: tally.errors)

            try await coordinator.kill()
            try await Task.sleep(for: down)
            arrivals.forget()
            let second = try await RunningCoordinator.start(
                over: data, port: coordinator.port, lease: 60)
            let start = ContinuousClock.now
            while arrivals.count < workers, start.duration(to: .now) < .seconds(120) {
                try await Task.sleep(for: .milliseconds(50))
            }
            judge(arrivals.times(since: start), report)
            outcome.returned = arrivals.count
            try await second.stop()
            return outcome
        }
    }

    private func judge(_ tally: Tally, _ report: LoadReport) {
        let leases = tally.leases
        report.note(
            String(
                format: "%d workers, %.0f shards a second; a lease takes %.1f ms at the median",
                workers, Double(tally.shards) / (duration / .seconds(1)), leases.percentile(0.5)))
        report.expect(
            "of \(leases.count) leases, 99 % took less than", leases.percentile(0.99),
            below: Self.lease, "ms")
        report.check(
            tally.errors == 0,
            "\(tally.errors) errors other than 429 and 503 of \(tally.refusals)")
    }

    private func judge(_ times: [Double], _ report: LoadReport) {
        report.check(times.count == workers, "\(times.count) of \(workers) workers came back")
        report.expect("the last had a shard after", times.max() ?? 0, below: Self.recovery, "s")
        let last = Int(times.max() ?? 0)
        for second in 0...last {
            let count = times.count { Int($0) == second }
            report.note(
                String(format: "%3d s %4d ", second, count)
                    + String(repeating: "#", count: (count + 1) / 2))
        }
    }

    /// Workers with a token and connections of their own each.
    private func crew(
        of coordinator: RunningCoordinator, _ tally: Tally, _ arrivals: Arrivals
    ) async throws -> [SimulatedWorker] {
        let admin = try coordinator.client(.admin)
        var generator = SystemRandomNumberGenerator()
        var crew: [SimulatedWorker] = []
        for number in 0..<workers {
            let token = BearerToken(role: .worker, using: &generator)
            _ = try await admin.createToken(
                TokenRequest(name: "load-\(number)", role: .worker, digest: token.digest))
            let client = CoordinatorClient(
                try CoordinatorURL(coordinator.url), token: token,
                retry: RetryPolicy(attempts: nil))
            crew.append(
                SimulatedWorker(
                    name: "load-\(number)", client: client.telling(tally), pause: Self.work,
                    tally: tally, onLease: { arrivals.came($0) }))
        }
        return crew
    }

    /// Sees that there is always work, by a run that waits behind the one that is worked on.
    private static func feed(_ coordinator: RunningCoordinator) async throws {
        let submitter = try coordinator.client(.submitter, attempts: nil)
        for number in 0... {
            let run = try await SyntheticRun.submit("run \(number)", shards: 20_000, by: submitter)
            while try await submitter.status(of: run.id).run.counts.shardsDone == 0 {
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }
}
