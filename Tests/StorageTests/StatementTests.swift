import GRDB
import PipelineCore
import Synchronization
import TestSupport
import Testing

@testable import Storage

/// A store of ten million shards is as quick as a small one as long as no statement reads them all.
@Suite("Every statement that a store runs on shards and leases")
struct StatementTests {
    let folder = TemporaryFolder()
    let clock = ManualClock(seconds: 5)

    @Test("finds them by an index, and looks through none")
    func plans() async throws {
        let heard = Statements()
        let store = try await open(telling: heard)
        try await live(with: store)

        let statements = heard.all.filter { statement in
            ["shard", "lease", "opinion", "canary"].contains { statement.contains($0) }
        }
        for words in [
            "INSERT INTO lease", "UPDATE lease SET until", "DELETE FROM lease", "UPDATE shard",
            "lease_expiry", "lease_age", "shard_row", "shard_leased", "shard_quarantined",
            "INSERT INTO opinion", "DELETE FROM opinion", "opinion_host", "EXISTS (",
            "withdrawn_result", "SELECT DISTINCT shard", "host = ? OR borrows",
        ] {
            #expect(statements.contains { $0.contains(words) }, "'\(words)' was not run")
        }
        for statement in statements where statement != Database.traces {
            let scans = try await scans(of: statement, in: store)
            #expect(scans.isEmpty, "\(statement): \(scans)")
        }
    }

    @Test(
        "would be told if it looked through them all",
        arguments: [
            "SELECT count(*) FROM shard WHERE state = 'queued' AND images > ?",
            "SELECT * FROM lease WHERE worker = ?",
            "UPDATE shard SET lapses = 0 WHERE idx = ?",
        ])
    func planted(_ statement: String) async throws {
        let store = try await open(telling: Statements())
        let scans = try await scans(of: statement, in: store)
        #expect(!scans.isEmpty)
    }

    /// A store with a run of a hundred shards, whose statements are heard from now on.
    private func open(telling heard: Statements) async throws -> SQLiteJobStore {
        let store = try SQLiteJobStore(
            path: folder.file("jobs.db"), attempts: 1, now: clock.now(), term: .seconds(60))
        try await store.pool.writeWithoutTransaction { db in db.trace { heard.note($0) } }
        // Whoever reads alone reads through the same connection every time.
        try await store.pool.read { db in db.trace { heard.note($0) } }
        try await store.begin(.sample("r1"), shards: 100)
        return store
    }

    /// Has the store do all that it is there for.
    private func live(with store: SQLiteJobStore) async throws {
        let run = Run.sample("r1").id
        let first = try #require(await store.lease(to: "ada", by: clock))
        try await store.renew(
            first.ticket, progress: 3, isBegun: true, for: .seconds(60), at: clock.now())
        _ = try await store.complete(first.ticket, with: .sample("a"))
        let second = try #require(await store.lease(to: "ada", by: clock))
        try await store.release(second.ticket, .failed("words"))
        let third = try #require(await store.lease(to: "ada", by: clock))
        try await store.release(third.ticket, .leaving)
        clock.advance(by: .seconds(1))
        _ = try await store.prioritise(run, 3)
        _ = try await store.oldestLease()
        _ = try await store.holders(of: run)
        _ = try await store.shard(4, of: run)
        _ = try await store.runs()
        _ = try await store.run(run)
        _ = try await store.endedShards(of: run, from: 0, limit: 10)
        _ = try await store.lateRequests(of: run)
        try await race(in: store)
        try await fallSilent(in: store)
        try await quarantine(in: store)
        try await audit(in: store)
        try await carryCanaries(in: store)
        _ = try await store.totals()
        _ = try await store.steer(run, .cancel)
        _ = try await store.steer(run, .resume)
        _ = try await store.steer(run, .retry)
    }

    /// A second worker takes a shard that the first has held for long, when none waits.
    private func race(in store: SQLiteJobStore) async throws {
        try await store.begin(.sample("r2"), shards: 1)
        _ = try await store.prioritise(Run.sample("r2").id, 9)
        _ = try #require(await store.lease(to: "slow", by: clock))
        clock.advance(by: .seconds(30))
        _ = try await store.steer(Run.sample("r1").id, .pause)
        let second = try await store.lease(
            LeaseClaim(
                worker: "quick", secret: "s", term: .seconds(60), now: clock.now(),
                stragglers: [Run.sample("r2").id: clock.now()]))
        #expect(second?.epoch == 2)
        _ = try await store.steer(Run.sample("r1").id, .resume)
    }

    /// Leases end by time.
    private func fallSilent(in store: SQLiteJobStore) async throws {
        _ = try #require(await store.lease(to: "silent", by: clock))
        clock.advance(by: .seconds(200))
        #expect(try await store.expireLeases(at: clock.now()) > 0)
    }

    /// A run of one image ends its workers, is set aside and readmitted.
    private func quarantine(in store: SQLiteJobStore) async throws {
        let id = try await store.open(.sample("r3")).id
        _ = try await store.start(id, images: 1, shards: ShardRange.even(shards: 1, images: 1))
        _ = try await store.prioritise(id, 50)
        for _ in 0..<2 {
            let lease = try #require(await store.lease(to: "ada", by: clock))
            try await store.release(
                lease.ticket, .crashed(CrashMark(rows: [0], signal: 11)))
        }
        #expect(try await store.quarantine(of: nil).count == 1)
        _ = try await store.readmit(row: 0, of: id, by: .retry)
    }

    /// A host is found out by its canary, and what it did is taken back.
    private func carryCanaries(in store: SQLiteJobStore) async throws {
        let run = Run.sample("r5")
        try await store.begin(run, shards: 4)
        _ = try await store.prioritise(run.id, 95)
        for (host, logits) in [("mallory", [Float(9), 0]), ("ada", [1, 2]), ("grace", [1, 2])] {
            let lease = try #require(await store.lease(to: host, by: clock))
            let canary = CanaryLogits(members: [CanaryLogits.Member(name: "n", sampling: logits)])
            _ = try await store.complete(
                lease.ticket, with: .sample(host), agreeing: [:], Testimony(canary: canary))
            if host == "mallory" { _ = try await store.lease(to: "mary", by: clock) }
        }
        let withdrawn = try await store.withdrawnResults()
        #expect(withdrawn.count == 1)
        try await store.strike(withdrawn)
        try await store.releaseWorker("mallory")
    }

    /// Two hosts disagree, one of them is set aside, and nobody is there to check the other.
    private func audit(in store: SQLiteJobStore) async throws {
        var run = Run.sample("r4")
        run.audit = AuditShare(percent: 100)
        try await store.begin(run, shards: 1)
        _ = try await store.prioritise(run.id, 90)
        for host in ["ada", "mallory"] {
            let lease = try #require(await store.lease(to: host, by: clock))
            let others = try await store.opinions(of: run.id, on: 0).values.flatMap(\.self)
            _ = try await store.complete(
                lease.ticket, with: .sample(host),
                agreeing: Dictionary(uniqueKeysWithValues: others.map { ($0.epoch, false) }))
        }
        try await store.quarantine(QuarantinedWorker(host: "mallory", reason: "it lies"))
        #expect(try await store.audit(of: run.id).waiting == 1)
        #expect(try await store.waiveAudits(of: run.id) == 1)
        try await store.releaseWorker("mallory")
    }

    /// Where the statement would look through a table or an index from end to end, other than those
    /// of runs, tokens, results that were just taken back and what a subquery is limited to, which are few.
    private func scans(of statement: String, in store: SQLiteJobStore) async throws -> [String] {
        try await store.pool.read { db in
            let plan = try db.makeStatement(sql: "EXPLAIN QUERY PLAN " + statement)
            plan.setUncheckedArguments([])
            return try Row.fetchAll(plan).map { try $0.decode(String.self, forColumn: "detail") }
        }.filter { step in
            step.hasPrefix("SCAN ")
                && !["run", "token", "withdrawn_result", "(subquery", "CONSTANT ROW"].contains {
                    step.hasPrefix("SCAN \($0)")
                }
        }
    }
}

/// The texts of statements that were run, each once.
private final class Statements: Sendable {
    private let texts = Mutex<Set<String>>([])

    var all: [String] { texts.withLock { $0.sorted() } }

    /// Notes a statement; what triggers run is told as a remark.
    func note(_ event: Database.TraceEvent) {
        guard case .statement(let statement) = event else { return }
        let text = statement.sql
        guard !text.hasPrefix("--"), !text.hasPrefix("EXPLAIN") else { return }
        texts.withLock { _ = $0.insert(text) }
    }
}
