import Foundation
import Glibc
import Labelling
import PipelineCore
import Rehearsal
import TestSupport

extension Scenario {
    /// Workers that deliver what is not so: liars, who know the canary, and broken machines, which do not.
    static let liars = [
        Scenario(
            id: "F37",
            fault: "a worker is wrong about one picture of twenty, another one about all "
                + "once it has a good record; machines break, from the beginning or later",
            expectation:
                "audited at 2 %, the first is found within ten of its shards, in 95 of 100 "
                + "runs; hosts that are right are never set aside; all that the liars delivered is "
                + "computed again; without an audit, the canary finds every broken machine out, and "
                + "nothing wrong counts",
            promises: [9], limit: 1800, play: exposeLiars)
    ]

    /// What a liar may deliver before it is found, in shards.
    private static let bound = 10

    @Sendable
    private static func exposeLiars(_ trial: Trial) async throws {
        let coordinator = try await RunningCoordinator.start(over: trial.folder.file("data"))
        var honest: [RunningProgram] = []
        for name in ["honest1", "honest2"] {
            honest.append(try await StubWorker.start(name, for: coordinator, pause: 3000))
        }
        let rounds = trial.pick(100, short: 3)
        var quick = 0
        for round in 0..<rounds {
            let lies = Lies(
                0.05, seed: trial.seed &* 1000 &+ UInt64(round), knowingCanary: true)
            let found = try await expose(
                "liar\(round)", lies, audit: 2, shards: 60, coordinator, trial)
            guard let shards = found else { continue }
            if shards <= bound { quick += 1 }
            trial.count("shards delivered by liars before they were found", shards)
        }
        trial.count("liars", rounds)
        trial.count("liars found within \(bound) shards", quick)
        try trial.expect(
            quick * 100 >= rounds * 95, "\(quick) of \(rounds) are found within \(bound) shards")
        for round in 0..<trial.pick(5, short: 1) {
            // All that is told by lot here is which of its later shards are audited.
            let lies = Lies(
                1, seed: trial.seed, after: AuditShare.probation + 32, knowingCanary: true)
            let found = try await expose(
                "turncoat\(round)", lies, audit: 50, shards: 80, coordinator, trial)
            guard let shards = found else { throw Failed("a turncoat is never found") }
            trial.count("turncoats")
            trial.count("shards delivered by turncoats before they were found", shards)
        }
        for round in 0..<trial.pick(20, short: 2) {
            try await breakDown(
                "broken\(round)", after: round % 2 == 0 ? 0 : trial.random(in: 1...60),
                coordinator,
                trial)
        }
        for worker in honest {
            try trial.expect(worker.isRunning, "a worker that is right ends: \(worker.err)")
            worker.send(SIGTERM)
            _ = try await worker.end()
        }
        try await coordinator.stop()
    }

    /// Has a liar work beside the others until it is found and its run is done; how many shards it
    /// has delivered by then, or nil where it is never found.
    private static func expose(
        _ name: String, _ lies: Lies, audit percent: Double, shards: Int,
        _ coordinator: RunningCoordinator, _ trial: Trial
    ) async throws -> Int? {
        let size = 16
        let pictures = try PictureSet(
            shards * size, seed: trial.seed &+ UInt64(trial.random(in: 0...1_000_000)))
        let liar = try await StubWorker.start(name, for: coordinator, pause: 3000, lies: lies)
        let run = try await coordinator.submit(
            pictures, shardSize: size, audit: AuditShare(percent: percent))
        // Longer than a minute, after which a run does without those who could check it.
        try await trial.wait(for: "the run's end", within: .seconds(150)) {
            try await coordinator.status(of: run).run.state == .done
        }
        let viewer = try coordinator.client(.viewer)
        let found = try await viewer.quarantine(of: nil).workers ?? []
        if found.isEmpty {
            liar.send(SIGTERM)
            _ = try await liar.end()
            trial.count("liars never found")
            trial.count("shards delivered by them", liar.acknowledged.count)
            return nil
        }
        try trial.expect(
            found.map(\.host) == [name],
            "set aside are \(found.map(\.host)), and '\(name)' has lied")
        let outcome = try await liar.end()
        try trial.expect(
            outcome.status != 0 && outcome.err.contains(found.first?.reason ?? ""),
            "'\(name)' ends with \(outcome.status): \(outcome.err)")
        let admin = try coordinator.client(.admin)
        _ = try await admin.trust(true, worker: name)
        let summary = try await coordinator.status(of: run).audit
        try trial.expect(
            summary?.undone == 0 && summary?.disputed == [],
            "the audit is not done: \(String(describing: summary))")
        trial.count("shards computed on two hosts", summary?.agreed ?? 0)
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        return liar.acknowledged.count
    }

    /// Has a machine compute wrongly beside the others, from the beginning or once it was right about
    /// so many pictures, in a run without an audit.
    private static func breakDown(
        _ name: String, after pictures: Int, _ coordinator: RunningCoordinator, _ trial: Trial
    ) async throws {
        let set = try PictureSet(
            40 * 16, seed: trial.seed &+ UInt64(trial.random(in: 0...1_000_000)))
        let broken = try await StubWorker.start(
            name, for: coordinator, pause: 3000, lies: Lies(1, seed: trial.seed, after: pictures))
        let run = try await coordinator.submit(set, shardSize: 16)
        try await trial.wait(for: "the run's end", within: .seconds(150)) {
            try await coordinator.status(of: run).run.state == .done
        }
        let outcome = try await broken.end()
        let found = try await coordinator.client(.viewer).quarantine(of: nil).workers ?? []
        try trial.expect(
            found.map(\.host) == [name] && outcome.err.contains("of the test image"),
            "set aside are \(found), '\(name)' is broken and ends with \(outcome.err)")
        _ = try await coordinator.client(.admin).trust(true, worker: name)
        trial.count("broken machines")
        trial.count("shards delivered by them", broken.acknowledged.count)
        try await Invariant(coordinator: coordinator, run: run, pictures: set).check(trial)
    }
}
