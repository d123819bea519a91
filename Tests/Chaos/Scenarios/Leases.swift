import Foundation
import Glibc
import Labelling
import PipelineCore
import Rehearsal
import TestSupport

extension Scenario {
    /// Workers that are slow, mistaken or out of order.
    static let leases = [
        Scenario(
            id: "F06", fault: "a worker is stopped past its lease, and goes on afterwards",
            expectation: "it is told that its shards have other holders, drops them and works on; "
                + "the same bytes",
            promises: [2, 3, 5], limit: 900, play: stopWorker),
        Scenario(
            id: "F07", fault: "a worker of an old epoch completes, renews and hands back late",
            expectation: "409 each time, each is on record, and nothing changes",
            promises: [2, 3], limit: 900, play: actAsZombie),
        Scenario(
            id: "F08", fault: "every request arrives three times, and one completion twenty times",
            expectation: "one is committed, the others are told so; the same bytes",
            promises: [2], limit: 900, play: repeatRequests),
        Scenario(
            id: "F09", fault: "requests are held for up to five seconds, or arrive after a retry",
            expectation: "nothing that is done is undone; the same bytes",
            promises: [2, 3], limit: 900, play: reorderRequests),
    ]

    private static func stopWorker(_ trial: Trial) async throws {
        let pictures = try PictureSet(trial.pick(400, short: 48), seed: trial.seed)
        let coordinator = try await RunningCoordinator.start(
            over: trial.folder.file("data"), lease: trial.pick(60, short: 5))
        let run = try await coordinator.submit(pictures, shardSize: 4)
        let sleeper = try await StubWorker.start("sleeper", for: coordinator, pause: 50_000)
        func held() async throws -> Set<Int> {
            let holders = try await coordinator.status(of: run).holders
            return Set(holders.filter { $0.worker == "sleeper" }.map(\.shard))
        }
        var known: Set<Int> = []
        try await trial.wait(for: "three shards of the sleeper") {
            known = try await held()
            return known.count >= 3
        }
        // Long enough for it to hear of them: of what it asks for when it is stopped it may never.
        try await Task.sleep(for: .milliseconds(300))
        sleeper.send(SIGSTOP)
        var lost = try await held()
        try await trial.wait(for: "the end of the sleeper's leases") { try await held().isEmpty }
        // What it had sent before it was stopped may have been heard a moment later.
        try lost.subtract(StoreView(coordinator.data).completions().map(\.shard))
        known.formIntersection(lost)
        try trial.expect(!known.isEmpty, "the sleeper held nothing any more")
        // Somebody else takes its shards, and has not finished them when it wakes up.
        let heir = try Clerk("heir", coordinator)
        var inherited: [Clerk.Work] = []
        while inherited.count < lost.count, let work = try await heir.take() {
            if lost.contains(work.lease.shard.index) { inherited.append(work) }
        }
        try trial.expect(inherited.count == lost.count, "the sleeper's shards do not wait")
        sleeper.send(SIGCONT)
        func dropped() throws -> Set<Int> {
            let late = sleeper.acknowledged.filter { one in
                inherited.contains {
                    $0.lease.shard.index == one.shard && $0.lease.epoch > one.epoch
                }
            }
            try trial.expect(late.isEmpty, "the sleeper's late completion of \(late) was accepted")
            return Set(sleeper.shards("another worker").map(\.shard)).intersection(lost)
        }
        try await trial.wait(for: "the sleeper to drop a shard that another holds") {
            for work in inherited {
                try await heir.client.renew(Renewal(ticket: work.lease.ticket, progress: 0))
            }
            return try !dropped().isEmpty
        }
        for work in inherited {
            try await heir.upload(work)
            try trial.expect(
                try await heir.complete(work) == .committed, "the heir's completion does not count")
        }
        try await trial.wait(for: "the sleeper to drop all that it knew of") {
            try dropped().isSuperset(of: known)
        }
        // It works on: it does the rest alone.
        try await coordinator.finish(run, in: trial)
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        sleeper.send(SIGTERM)
        let outcome = try await sleeper.end()
        try trial.expect(outcome.status == 0, "the sleeper ends with \(outcome.status)")
        let done = sleeper.acknowledged.map(\.shard)
        try trial.expect(Set(done).count == done.count, "a shard was counted twice")
        trial.count("late shards dropped", try dropped().count)
    }

    private static func actAsZombie(_ trial: Trial) async throws {
        let shards = trial.pick(40, short: 5)
        let pictures = try PictureSet(shards * 2, seed: trial.seed)
        let coordinator = try await RunningCoordinator.start(
            over: trial.folder.file("data"), lease: trial.pick(60, short: 5))
        let run = try await coordinator.submit(pictures, shardSize: 2)
        let zombie = try Clerk("zombie", coordinator)
        var old: [Int: Clerk.Work] = [:]
        while old.count < shards, let work = try await zombie.take() {
            old[work.lease.shard.index] = work
        }
        try await trial.wait(for: "the old leases' end") {
            try await coordinator.status(of: run).holders.isEmpty
        }
        let heir = try Clerk("heir", coordinator)
        for done in 0..<shards {
            guard let successor = try await heir.take(), let late = old[successor.lease.shard.index]
            else { throw Failed("shards wait that the zombie never had, or none") }
            try trial.expect(successor.lease.epoch == late.lease.epoch + 1, "epochs do not follow")
            // It may bring what it has, which counts for nothing until it is completed.
            try await zombie.upload(late)
            try await refuse(late, by: zombie, trial)
            let counts = try await coordinator.status(of: run).run.counts
            try trial.expect(
                counts.shardsLeased == 1 && counts.shardsDone == done,
                "a refused request changed the shard")
            try await heir.upload(successor)
            try trial.expect(
                try await heir.complete(successor) == .committed, "the heir is not believed")
            // The shard is done now, with the very bytes that the zombie has.
            try await refuse(late, by: zombie, trial)
        }
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        try await coordinator.stop()
        let recorded = try StoreView(coordinator.data).number("SELECT sum(times) FROM late_request")
        let refused = trial.counts.first { $0.name == "late requests refused" }?.count ?? 0
        try trial.expect(recorded == refused, "\(recorded) of \(refused) refusals are on record")
        trial.count("on record", recorded)
    }

    /// Everything that a lease allows is refused to a lease that is over.
    private static func refuse(_ work: Clerk.Work, by zombie: Clerk, _ trial: Trial) async throws {
        let ticket = work.lease.ticket
        let client = zombie.client
        try await refused("completion", trial) { _ = try await zombie.complete(work) }
        try await refused("renewal", trial) {
            try await client.renew(Renewal(ticket: ticket, progress: 1))
        }
        try await refused("release", trial) {
            try await client.release(ReleaseRequest(ticket: ticket, failure: "late"))
        }
    }

    private static func refused(
        _ what: String, _ trial: Trial, _ request: () async throws -> Void
    ) async throws {
        do {
            try await request()
        } catch let error as ClientError where error.isStaleLease {
            trial.count("late requests refused")
            return
        }
        throw Failed("a late \(what) was accepted")
    }

    private static func repeatRequests(_ trial: Trial) async throws {
        let pictures = try PictureSet(trial.pick(160, short: 24), seed: trial.seed)
        let coordinator = try await RunningCoordinator.start(over: trial.folder.file("data"))
        let run = try await coordinator.submit(pictures, shardSize: 4)
        let repeatsLeases = trial.form == .full
        let proxy = try RequestProxy(to: coordinator.port) { request in
            guard request.method == "POST" else { return .pass }
            guard request.path == "/v1/leases" else { return .replay(3) }
            // A lease that is granted to nobody costs its whole term, so that only the full form
            // can wait for them.
            return repeatsLeases ? .echo(2) : .pass
        }
        try await completeAtOnce(20, coordinator, run, trial)
        let worker = try await StubWorker.start("worker", for: coordinator, at: proxy.url)
        try await coordinator.finish(run, in: trial)
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        worker.send(SIGTERM)
        _ = try await worker.end()
        try trial.expect(proxy.faults > 0, "no request was repeated")
        trial.count("requests repeated", proxy.faults)
    }

    /// One completion from many sides at once: one is the first, all others hear so.
    private static func completeAtOnce(
        _ times: Int, _ coordinator: RunningCoordinator, _ run: Run, _ trial: Trial
    ) async throws {
        let clerk = try Clerk("storm", coordinator)
        guard let work = try await clerk.take() else { throw Failed("no shard waits") }
        try await clerk.upload(work)
        let answers = try await withThrowingTaskGroup(of: Completion.self) { group in
            for _ in 0..<times {
                let other = try Clerk("storm", coordinator)
                group.addTask { try await other.complete(work) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let committed = answers.count { $0 == .committed }
        try trial.expect(committed == 1, "\(committed) of \(times) completions were committed")
        let counts = try await coordinator.status(of: run).run.counts
        try trial.expect(counts.shardsDone == 1, "\(counts.shardsDone) shards are done, not one")
        trial.count("completions at once", times)
        trial.count("committed", committed)
    }

    private static func reorderRequests(_ trial: Trial) async throws {
        let longest = trial.pick(5000, short: 600)
        let pictures = try PictureSet(trial.pick(480, short: 40), seed: trial.seed)
        let coordinator = try await RunningCoordinator.start(
            over: trial.folder.file("data"), lease: trial.pick(15, short: 5))
        let run = try await coordinator.submit(pictures, shardSize: 4)
        let proxy = try RequestProxy(to: coordinator.port) { request in
            guard request.method != "GET", request.path != "/v1/leases" else { return .pass }
            switch trial.random(in: 0...5) {
            case 0, 1: return .hold(trial.moment(0...longest))
            case 2: return .straggle(trial.moment(0...longest))
            default: return .pass
            }
        }
        var crew = Crew(size: 2, pause: 10_000, state: nil)
        try await crew.fill(for: coordinator, at: proxy.url)
        var done = 0
        try await trial.wait(for: "the run's end", within: .seconds(600)) {
            let now = try await coordinator.status(of: run).run
            try trial.expect(
                now.counts.shardsDone >= done, "\(done) shards were done, now \(now.counts)")
            done = now.counts.shardsDone
            return now.state == .done
        }
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        try trial.expect(proxy.faults > 0, "no request was held")
        trial.count("requests out of order", proxy.faults)
        try await crew.dismiss()
    }
}
