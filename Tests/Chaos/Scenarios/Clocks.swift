import Foundation
import Glibc
import Labelling
import PipelineCore
import Rehearsal
import TestSupport

extension Scenario {
    /// Wall clocks that are wrong.
    static let clocks = [
        Scenario(
            id: "F16",
            fault: "the coordinator's clock is three hours off, and is set by three hours while "
                + "leases run, either way",
            expectation: "no lease ends early, none lasts; the same bytes",
            promises: [5, 7], limit: 900, play: setCoordinatorClock),
        Scenario(
            id: "F17", fault: "a worker believes that it is 2020",
            expectation: "it works; with TLS it says that the certificate is not valid yet",
            promises: [7], limit: 600, play: setWorkerClock),
    ]

    private static func setCoordinatorClock(_ trial: Trial) async throws {
        let term = trial.pick(20, short: 5)
        let steps = trial.pick(
            [("+3h", "+0"), ("-3h", "+0"), ("+0", "+3h"), ("+0", "-3h"), ("-3h", "+3h")],
            short: [("+0", "+3h"), ("+3h", "+0")])
        for (place, (first, then)) in steps.enumerated() {
            let moment = "the clock is set from \(first) to \(then)"
            let pictures = try PictureSet(
                trial.pick(120, short: 28), seed: trial.seed + UInt64(place))
            let clock = try WrongClock(first)
            let coordinator = try await RunningCoordinator.start(
                over: trial.folder.file("data\(place)"), lease: term,
                environment: try clock.environment)
            clock.settle(coordinator.program)
            try await expectClock(of: coordinator, first, trial)
            let run = try await coordinator.submit(pictures, shardSize: 4)
            // One that falls silent at once, and one that has enough to do until that lease ends.
            let silent = try Clerk("silent", coordinator)
            let before = ContinuousClock.now
            guard let work = try await silent.take() else { throw Failed("no shard waits") }
            let leased = ContinuousClock.now
            try await silent.upload(work)
            let worker = try await StubWorker.start(
                "worker", for: coordinator, pause: 250_000)
            try clock.set(then)
            try await expectClock(of: coordinator, then, trial)
            var held = leased
            try await trial.wait(for: "the silent worker's lease to end") {
                let now = ContinuousClock.now
                let holds = try await coordinator.status(of: run).holders.contains {
                    $0.worker == "silent"
                }
                if holds { held = now }
                return !holds
            }
            let end = ContinuousClock.now
            try trial.expect(
                before.duration(to: end) >= .seconds(term), "\(moment): a lease ends early")
            try trial.expect(
                leased.duration(to: held) <= .seconds(term + 10), "\(moment): a lease lasts")
            // Until somebody takes the shard, a late completion counts.
            try await trial.wait(for: "another to take its shard") {
                let status = try await coordinator.status(of: run)
                return status.run.counts.shardsQueued == 0
                    || status.holders.contains { $0.shard == work.lease.shard.index }
            }
            do {
                _ = try await silent.complete(work)
                throw Failed("\(moment): a completion counts after its lease")
            } catch let error as ClientError where error.isStaleLease {
                trial.count("late completions refused")
            }
            try await coordinator.finish(run, in: trial)
            try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
            worker.send(SIGTERM)
            _ = try await worker.end()
            try await coordinator.stop()
            let lapses = try StoreView(coordinator.data).number("SELECT sum(epoch - 1) FROM shard")
            try trial.expect(lapses == 1, "\(moment): \(lapses) leases ended, not one")
            trial.count("times the clock was set")
            trial.count("leases that ended in time", lapses)
        }
    }

    /// The coordinator shows that hour: its clock really is wrong.
    private static func expectClock(
        of coordinator: RunningCoordinator, _ offset: String, _ trial: Trial
    ) async throws {
        let hours: [String: Double] = ["+3h": 3, "-3h": -3]
        let time = try await coordinator.client(.viewer).introduction().time
        let error = time - Date().timeIntervalSince1970 - (hours[offset] ?? 0) * 3600
        try trial.expect(abs(error) < 600, "its clock is \(error) s off what it was set to")
    }

    private static func setWorkerClock(_ trial: Trial) async throws {
        let clock = try WrongClock("@2020-01-01 00:00:00")
        let pictures = try PictureSet(trial.pick(400, short: 16), seed: trial.seed)
        let coordinator = try await RunningCoordinator.start(over: trial.folder.file("data"))
        let run = try await coordinator.submit(pictures, shardSize: 4)
        let worker = try await StubWorker.start(
            "late", for: coordinator, pause: 5000, environment: try clock.environment)
        try await coordinator.finish(run, in: trial)
        clock.settle(worker)
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        worker.send(SIGTERM)
        let outcome = try await worker.end()
        try trial.expect(outcome.status == 0, "it ends with \(outcome.status): \(outcome.err)")
        try await coordinator.stop()
        let lapses = try StoreView(coordinator.data).number("SELECT sum(epoch - 1) FROM shard")
        try trial.expect(lapses == 0, "\(lapses) leases ended by time")
        trial.count("leases that ended by time", lapses)
        try await refuseCertificate(clock, trial)
    }

    /// The built worker of that date does not trust a certificate of today, and says why.
    private static func refuseCertificate(_ clock: WrongClock, _ trial: Trial) async throws {
        try trial.require("openssl")
        let certificates = try Certificates()
        try certificates.make("server")
        let data = trial.folder.file("secure")
        let server = try await Program.start([
            "coordinator", "--data", data, "--port", "0",
            "--tls-cert", certificates.certificate("server"),
            "--tls-key", certificates.key("server"),
        ])
        _ = try await server.wait { $0.out.contains("worker's token") }
        guard let url = RunningCoordinator.url(of: server) else {
            throw Failed("the coordinator does not start: \(server.err)")
        }
        func words(_ command: String, _ role: Role) -> [String] {
            [
                command, "--coordinator", url, "--token-file", "\(data)/tokens/\(role.rawValue)",
                "--ca", certificates.authority,
            ]
        }
        let worker = try await Program.start(
            words("worker", .worker), environment: try clock.environment)
        let late = try await worker.end()
        clock.settle(worker)
        try trial.expect(
            late.status > 0 && late.err.contains("certificate is not yet valid"),
            "it ends with \(late.status): \(late.err)")
        trial.count("certificates not valid yet")
        let right = try await Program.start(words("status", .viewer)).end()
        try trial.expect(right.status == 0, "with the right date: \(right.status) \(right.err)")
        server.send(SIGTERM)
        _ = try await server.end()
    }
}
