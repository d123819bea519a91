import Glibc
import Labelling
import PipelineCore
import Rehearsal
import TestSupport

extension Scenario {
    /// Processes that end without notice.
    static let kills = [
        Scenario(
            id: "F01", fault: "workers are killed at random, and others take their place",
            expectation:
                "every lease of a dead worker ends within its term and 5 s; the same bytes",
            promises: [2, 4, 5], limit: 900, play: killWorkers),
        Scenario(
            id: "F02", fault: "a worker is killed between upload and completion",
            expectation: "one result counts; the one that lost is swept away; the same bytes",
            promises: [2, 4], limit: 900, play: killBeforeCompletion),
        Scenario(
            id: "F03", fault: "the coordinator is killed at random under load, and started again",
            expectation: "every acknowledged completion is there; the same bytes",
            promises: [1, 2, 4], limit: 900, play: killCoordinator),
        Scenario(
            id: "F33", fault: "SIGTERM to each worker in turn, then to the coordinator",
            expectation: "each ends with 0 within its grace time; no attempt is used up; "
                + "a second signal hands back at once; the same bytes",
            promises: [10], limit: 900, play: drain),
    ]

    private static func killWorkers(_ trial: Trial) async throws {
        let kills = trial.pick(50, short: 3)
        let pictures = try PictureSet(trial.pick(8000, short: 160), seed: trial.seed)
        let coordinator = try await RunningCoordinator.start(over: trial.folder.file("data"))
        let run = try await coordinator.submit(pictures, shardSize: trial.pick(20, short: 8))
        let watch = DeathWatch(trial, coordinator, run, grace: .seconds(10))
        var crew = Crew(
            size: trial.pick(4, short: 2), pause: trial.pick(25_000, short: 20_000),
            state: trial.folder.file("state"))
        try await crew.fill(for: coordinator)
        for _ in 0..<kills {
            try await Task.sleep(for: trial.moment(trial.pick(500...3000, short: 200...600)))
            watch.died(try await crew.kill(by: trial))
            try await watch.look()
            try await crew.fill(for: coordinator)
        }
        try await trial.wait(for: "the run's end", within: .seconds(600)) {
            try await watch.look()
            return try await coordinator.status(of: run).run.state == .done
        }
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        try await crew.dismiss()
        try await coordinator.stop()
        let most = try StoreView(coordinator.data).number("SELECT max(epoch) FROM shard")
        try trial.expect(most <= kills + 1, "a shard was leased \(most) times in \(kills) kills")
        trial.count("leases at most of a shard", most)
    }

    private static func killBeforeCompletion(_ trial: Trial) async throws {
        let pictures = try PictureSet(trial.pick(200, short: 16), seed: trial.seed)
        let coordinator = try await RunningCoordinator.start(over: trial.folder.file("data"))
        let run = try await coordinator.submit(pictures, shardSize: 4)
        // The answer to an upload never comes: the worker is killed while it waits for it.
        let proxy = try RequestProxy(to: coordinator.port) { request in
            request.method == "PUT" ? .loseAnswer : .pass
        }
        let victims = trial.pick(5, short: 1)
        for number in 0..<victims {
            let victim = try await StubWorker.start(
                "victim\(number)", for: coordinator, at: proxy.url, pause: 0)
            let before = proxy.faults
            try await trial.wait(for: "an upload") { proxy.faults > before }
            victim.send(SIGKILL)
            _ = try await victim.end()
            trial.count("kills after an upload")
        }
        let worker = try await StubWorker.start("survivor", for: coordinator, pause: 0)
        try await coordinator.finish(run, in: trial)
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        worker.send(SIGTERM)
        _ = try await worker.end()
        try await coordinator.stop()
        // The sweep itself, without the minutes that a coordinator waits for uploads under way.
        let orphans = try await Sweeping.removeOrphans(of: run, in: coordinator.data)
        try trial.expect(orphans > 0, "no result lost, so that nothing was tried")
        let view = try StoreView(coordinator.data)
        let lost = try view.lost(of: try view.completions())
        try trial.expect(lost == 0, "the sweep took \(lost) results that count")
        trial.count("orphans swept", orphans)
    }

    private static func killCoordinator(_ trial: Trial) async throws {
        let kills = trial.pick(30, short: 3)
        let pictures = try PictureSet(trial.pick(9000, short: 240), seed: trial.seed)
        let data = trial.folder.file("data")
        var coordinator = try await RunningCoordinator.start(over: data, lease: 15)
        let port = coordinator.port
        let run = try await coordinator.submit(pictures, shardSize: trial.pick(10, short: 6))
        var crew = Crew(size: 3, pause: trial.pick(12_000, short: 10_000), state: nil)
        try await crew.fill(for: coordinator)
        for _ in 0..<kills {
            try await Task.sleep(for: trial.moment(trial.pick(200...2500, short: 100...500)))
            try await coordinator.kill()
            trial.count("kills")
            coordinator = try await RunningCoordinator.start(over: data, port: port, lease: 15)
        }
        try await coordinator.finish(run, in: trial)
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        let acknowledged = crew.workers.flatMap(\.acknowledged)
        try await crew.dismiss()
        try await coordinator.stop()
        let counted = Set(
            try StoreView(data).completions().map { ShardEpoch(shard: $0.shard, epoch: $0.epoch) })
        let lost = acknowledged.count { !counted.contains($0) }
        try trial.expect(!acknowledged.isEmpty, "no completion was acknowledged")
        try trial.expect(lost == 0, "\(lost) of \(acknowledged.count) acknowledged are lost")
        try trial.expect(
            Set(acknowledged.map(\.shard)).count == acknowledged.count, "a shard was counted twice")
        trial.count("completions acknowledged", acknowledged.count)
        trial.count("lost", lost)
    }

    private static func drain(_ trial: Trial) async throws {
        let pictures = try PictureSet(trial.pick(3000, short: 240), seed: trial.seed)
        let data = trial.folder.file("data")
        // Long leases: whatever is counted here comes from leaving.
        var coordinator = try await RunningCoordinator.start(over: data, lease: 60)
        let port = coordinator.port
        let run = try await coordinator.submit(pictures, shardSize: 6)
        var crew = Crew(size: 3, pause: 40_000, state: trial.folder.file("state"))
        try await crew.fill(for: coordinator)
        for round in 0..<trial.pick(3, short: 1) {
            for place in crew.workers.indices {
                let worker = crew.workers[place]
                try await trial.wait(for: "a shard of this worker") {
                    try await coordinator.status(of: run).holders.contains {
                        $0.worker == crew.names[place]
                    }
                }
                let start = ContinuousClock.now
                worker.send(SIGTERM)
                // Every other one is told twice, and may not finish even its own shard.
                let isHasty = place % 2 == 1
                if isHasty {
                    try await Task.sleep(for: .milliseconds(30))
                    worker.send(SIGTERM)
                }
                let outcome = try await worker.end()
                let time = start.duration(to: .now)
                try trial.expect(
                    outcome.status == 0, "a worker ends with \(outcome.status): \(outcome.err)")
                try trial.expect(time < .seconds(isHasty ? 10 : 25), "it took \(time) to leave")
                trial.count(isHasty ? "workers told twice" : "workers told to leave")
                try await crew.replace(place, for: coordinator)
            }
            if round == 0 {
                try await coordinator.stop()
                trial.count("coordinators restarted")
                coordinator = try await RunningCoordinator.start(over: data, port: port, lease: 60)
            }
        }
        try await coordinator.finish(run, in: trial)
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        try await crew.dismiss()
        try await coordinator.stop()
        let burnt = try StoreView(data).number("SELECT sum(attempts + lapses + crashes) FROM shard")
        try trial.expect(burnt == 0, "\(burnt) attempts, lapses or deaths were counted")
        trial.count("attempts used up", burnt)
    }
}
