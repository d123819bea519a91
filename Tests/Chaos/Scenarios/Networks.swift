import Foundation
import Glibc
import Labelling
import PipelineCore
import Rehearsal
import TestSupport

extension Scenario {
    /// Networks that lose, hold and cut off.
    static let networks = [
        Scenario(
            id: "F10", fault: "a fifth of all packets from and to a worker is lost",
            expectation: "no shard fails; the same bytes",
            promises: [2, 5], limit: 1200, play: losePackets),
        Scenario(
            id: "F11", fault: "a worker is cut off for two minutes",
            expectation: "others take its shards, and it resumes by itself; the same bytes",
            promises: [2, 3, 5], limit: 1500, play: cutOff),
        Scenario(
            id: "F13",
            fault: "a worker's link carries 64 kbit/s, so that an upload takes longer "
                + "than a lease",
            expectation: "heartbeats keep every lease; the same bytes",
            promises: [5], limit: 1500, play: slowDown),
        Scenario(
            id: "F14", fault: "every request takes 2 s more, or 1 s, or 3 s",
            expectation: "heartbeats keep every lease; the same bytes",
            promises: [2, 5], limit: 1500, play: delay),
    ]

    private static func losePackets(_ trial: Trial) async throws {
        let host = try await NetworkHost.start(trial)
        let pictures = try PictureSet(trial.pick(600, short: 24), seed: trial.seed)
        let coordinator = try await RunningCoordinator.start(
            over: trial.folder.file("data"), host: host.address, lease: 15)
        let run = try await coordinator.submit(pictures, shardSize: trial.pick(6, short: 8))
        try await host.add(.loseOneIn(5))
        let worker = try await StubWorker.start(
            "far", for: coordinator, pause: 1000, under: host.wrapper)
        try await coordinator.finish(run, in: trial, within: .seconds(900))
        let lost = try await host.struck()
        try trial.expect(lost > 0, "no packet was lost")
        trial.count("packets lost", lost)
        let failed = try await coordinator.status(of: run).run.counts.shardsFailed
        try trial.expect(failed == 0, "\(failed) shards failed")
        trial.count("shards failed", failed)
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        try await host.remove(.loseOneIn(5))
        worker.send(SIGTERM)
        let outcome = try await worker.end()
        try trial.expect(outcome.status == 0, "the worker ends with \(outcome.status)")
        try await coordinator.stop()
        trial.count(
            "leases that ended by time",
            try StoreView(coordinator.data).number("SELECT sum(lapses) FROM shard"))
        try await host.remove()
    }

    private static func cutOff(_ trial: Trial) async throws {
        let (term, outage) = trial.pick((30, 120), short: (5, 8))
        let host = try await NetworkHost.start(trial)
        let pictures = try PictureSet(trial.pick(400, short: 32), seed: trial.seed)
        let coordinator = try await RunningCoordinator.start(
            over: trial.folder.file("data"), host: host.address, lease: term)
        let run = try await coordinator.submit(pictures, shardSize: 4)
        let islander = try await StubWorker.start(
            "islander", for: coordinator, pause: 50_000, under: host.wrapper)
        try await trial.wait(for: "shards of the islander") {
            let status = try await coordinator.status(of: run)
            return status.run.counts.shardsDone > 0
                && status.holders.contains { $0.worker == "islander" }
        }
        try await host.add(.loseAll)
        let start = ContinuousClock.now
        trial.count("seconds cut off", outage)
        let other = try await StubWorker.start("other", for: coordinator, pause: 5000)
        try await trial.wait(for: "the end of the islander's leases") {
            try await !coordinator.status(of: run).holders.contains { $0.worker == "islander" }
        }
        let silence = Int(start.duration(to: .now) / .seconds(1))
        try trial.expect(
            silence <= term + 15, "its leases of \(term) s ended \(silence) s after its last word")
        try await coordinator.finish(run, in: trial)
        let rest = Duration.seconds(outage) - start.duration(to: .now)
        if rest > .zero { try await Task.sleep(for: rest) }
        other.send(SIGTERM)
        _ = try await other.end()
        try trial.expect(islander.isRunning, "the islander has given up: \(islander.err)")
        let next = try PictureSet(trial.pick(80, short: 8), seed: trial.seed + 1)
        let second = try await coordinator.submit(next, shardSize: 4)
        try await host.remove(.loseAll)
        let healed = ContinuousClock.now
        try await trial.wait(for: "the islander's return") {
            try await coordinator.status(of: second).run.counts.shardsDone > 0
        }
        trial.count(
            "seconds from healing to its first shard", Int(healed.duration(to: .now) / .seconds(1)))
        try await coordinator.finish(second, in: trial)
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        try await Invariant(coordinator: coordinator, run: second, pictures: next).check(trial)
        islander.send(SIGTERM)
        let outcome = try await islander.end()
        try trial.expect(outcome.status == 0, "the islander ends with \(outcome.status)")
        let acknowledged =
            islander.shards("finished a shard \(run.id)").map(\.shard)
            + other.shards("finished a shard \(run.id)").map(\.shard)
        try trial.expect(
            Set(acknowledged).count == acknowledged.count, "a shard was counted twice")
        try await coordinator.stop()
        let taken = try StoreView(coordinator.data).number(
            "SELECT count(*) FROM shard WHERE epoch > 1")
        try trial.expect(taken > 0, "nobody took the islander's shards")
        trial.count("shards taken by others", taken)
        try await host.remove()
    }

    private static func slowDown(_ trial: Trial) async throws {
        // A result has 2 kB a picture, and a second carries 8 kB.
        let (term, size, shards) = trial.pick((15, 160, 4), short: (7, 48, 1))
        let host = try await NetworkHost.start(trial)
        let pictures = try PictureSet(size * shards, seed: trial.seed)
        let coordinator = try await RunningCoordinator.start(
            over: trial.folder.file("data"), host: host.address, lease: term)
        let run = try await coordinator.submit(pictures, shardSize: size)
        try await host.throttle(bitsPerSecond: 64_000)
        let start = ContinuousClock.now
        let worker = try await StubWorker.start(
            "far", for: coordinator, pause: 0, under: host.wrapper)
        try await coordinator.finish(run, in: trial, within: .seconds(900))
        let perShard = Int(start.duration(to: .now) / .seconds(1)) / shards
        try trial.expect(perShard > term, "a shard took \(perShard) s, and a lease has \(term)")
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        worker.send(SIGTERM)
        _ = try await worker.end()
        try await coordinator.stop()
        trial.count("seconds a shard", perShard)
        trial.count("seconds a lease", term)
        try expectFirstLeases(coordinator, trial)
        try await host.remove()
    }

    private static func delay(_ trial: Trial) async throws {
        let range = trial.pick(1000...3000, short: 200...600)
        let pictures = try PictureSet(trial.pick(160, short: 24), seed: trial.seed)
        let coordinator = try await RunningCoordinator.start(
            over: trial.folder.file("data"), lease: trial.pick(15, short: 5))
        let run = try await coordinator.submit(pictures, shardSize: 4)
        let proxy = try RequestProxy(to: coordinator.port) { _ in .hold(trial.moment(range)) }
        var crew = Crew(size: 2, pause: trial.pick(200_000, short: 20_000), state: nil)
        try await crew.fill(for: coordinator, at: proxy.url)
        try await coordinator.finish(run, in: trial, within: .seconds(900))
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        try await crew.dismiss()
        try await coordinator.stop()
        trial.count("requests held", proxy.faults)
        try expectFirstLeases(coordinator, trial)
    }

    /// No lease ended before its holder was done.
    private static func expectFirstLeases(
        _ coordinator: RunningCoordinator, _ trial: Trial
    ) throws {
        let view = try StoreView(coordinator.data)
        let lapses = try view.number("SELECT sum(lapses + attempts + crashes) FROM shard")
        try trial.expect(lapses == 0, "\(lapses) leases ended before their time")
        trial.count("leases that ended by time", lapses)
    }
}
