import Foundation
import GRDB
import PipelineCore
import TestSupport
import Testing

@testable import Storage

@Suite("A job store on disk")
struct SQLiteJobStoreTests {
    let folder = TemporaryFolder()
    let clock = ManualClock(seconds: 5)

    func open(attempts: Int = 5) throws(StoreError) -> SQLiteJobStore {
        try SQLiteJobStore(
            path: folder.file("jobs.db"), attempts: attempts, now: clock.now(), term: .seconds(60))
    }

    @Test("waits for the disk at every commit, on the connection that writes")
    func durability() async throws {
        for _ in ["new", "opened again"] {
            let store = try open()
            let settings = try await store.pool.writeWithoutTransaction { db in
                try ["synchronous", "journal_mode", "foreign_keys", "busy_timeout", "mmap_size"]
                    .map { try String.fetchOne(db, sql: "PRAGMA \($0)") }
            }
            #expect(settings == ["2", "wal", "1", "5000", "0"], "2 is FULL")
            try store.close()
        }
    }

    @Test("keeps everything, and gives leases a fresh term when it opens again")
    func reopening() async throws {
        let before = try open()
        try await before.begin(.sample("r1"), shards: 3)
        let done = try #require(await before.lease(to: "ada", by: clock))
        _ = try await before.complete(done.ticket, with: .sample("a", failed: 1))
        let held = try #require(await before.lease(to: "ada", by: clock))
        try await before.renew(held.ticket, progress: 4, for: .seconds(60), at: clock.now())
        let token = TokenRecord(digest: SHA256Digest(of: [7]), role: .viewer, name: "v")
        try await before.add(token)
        let (run, ended) = (
            try await before.run(held.run),
            try await before.endedShards(of: held.run, from: 0, limit: 9)
        )
        try before.close()

        clock.set(to: Tick(nanoseconds: -1_000_000_000_000))
        let after = try open()
        #expect(try await after.run(run.id) == run)
        #expect(try await after.endedShards(of: run.id, from: 0, limit: 9) == ended)
        #expect(try await after.tokens() == [token])
        #expect(
            try await after.holders(of: run.id)
                == [LeaseHolder(shard: 1, worker: "ada", progress: 4)])
        clock.advance(by: .seconds(60))
        #expect(try await after.lease(to: "grace", by: clock)?.shard.index == 2)
        #expect(try await after.lease(to: "grace", by: clock) == nil)
        clock.advance(by: .nanoseconds(1))
        let retaken = try #require(await after.lease(to: "grace", by: clock))
        #expect(retaken.shard == held.shard)
        #expect(retaken.epoch == 2)
    }

    @Test("keeps what was acknowledged when its process is killed")
    func abandonment() async throws {
        let store = try open()
        try await store.begin(.sample("r1"), shards: 2)
        let lease = try #require(await store.lease(to: "ada", by: clock))
        _ = try await store.complete(lease.ticket, with: .sample("a"))
        // What a killed process leaves: file and log as they are, and no lock.
        let copy = folder.file("copy.db")
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(
                atPath: store.path + suffix, toPath: copy + suffix)
        }
        let found = try SQLiteJobStore(path: copy, now: clock.now(), term: .seconds(60))

        #expect(try await found.run(lease.run).counts.shardsDone == 1)
        #expect(try await found.complete(lease.ticket, with: .sample("a")) == .already)
    }

    @Test("belongs to one process at a time")
    func lock() throws {
        let first = try open()
        #expect(
            throws: StoreError.inUse(path: first.path, owner: "process \(getpid())"),
            performing: { try open() })
        try first.close()
        try open().close()
    }

    @Test("forgets nothing but the lock when it is let go without being closed")
    func release() async throws {
        weak var left: SQLiteJobStore?
        do {
            let store = try open()
            try await store.begin(.sample("r1"), shards: 1)
            left = store
        }
        // The pool's own queue may be the last to hold it, a moment longer than we do.
        while left != nil { try await Task.sleep(for: .milliseconds(1)) }
        #expect(try await open().runs().count == 1)
    }

    @Test("says so when the disk is full, and goes on when it is not")
    func fullDisk() async throws {
        let store = try open()
        try await store.begin(.sample("r1"), shards: 1)
        func limit(_ pages: Int) async throws {
            try await store.pool.writeWithoutTransaction { db in
                _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages)")
            }
        }
        try await limit(1)
        await #expect(throws: StoreError.noSpace(store.path)) {
            try await store.begin(.sample("r2"), shards: 10_000)
        }
        #expect(try await store.lease(to: "ada", by: clock)?.run.text == "r1")
        try await limit(1_000_000)
        let run = try await store.begin(.sample("r2"), shards: 10_000)
        #expect(run.counts.shards == 10_000)
    }

    @Test("finds shards by index, never by looking through them")
    func plans() async throws {
        let store = try open()
        try await store.begin(.sample("r1"), shards: 100)
        let names = [
            "worker", "host", "secret", "until", "now", "run", "aim", "smallest", "workers",
            "moment",
        ]
        let values: [String: (any DatabaseValueConvertible)?] =
            Dictionary(uniqueKeysWithValues: names.map { ($0, nil) })
        let statements: [(sql: String, arguments: StatementArguments, index: String)] = [
            (SQLiteJobStore.claim, StatementArguments(values), "INDEX shard_queued"),
            (SQLiteJobStore.backup, StatementArguments(values), "INDEX lease_age"),
            (SQLiteJobStore.turn, [], "INDEX run_turn"),
            (SQLiteJobStore.ended, [1, 0, 10], "INDEX shard_row"),
            (SQLiteJobStore.holding, [1], "INDEX shard_leased"),
            (Database.over, [0], "INDEX lease_expiry"),
            (SQLiteJobStore.unchecked, [1], "INDEX shard_queued"),
            (Database.traces, ["host"], "INDEX opinion_host"),
        ]
        for statement in statements {
            let plan = try await store.pool.read { db in
                try Row.fetchAll(
                    db, sql: "EXPLAIN QUERY PLAN " + statement.sql, arguments: statement.arguments
                ).map { try $0.decode(String.self, forColumn: "detail") }
            }
            #expect(plan.contains { $0.contains(statement.index) }, "\(plan)")
            // Runs are few; of shards and leases none is looked at in vain.
            #expect(!plan.contains { $0.hasPrefix("SCAN shard") }, "\(plan)")
            // Where a host is set aside, the leases are: they are as few as workers.
            let isTraced = statement.sql == Database.traces
            #expect(
                isTraced
                    || !plan.contains { $0.hasPrefix("SCAN lease") && !$0.contains("INDEX") })
        }
    }

    @Test(
        "refuses in its schema what no caller should do",
        arguments: [
            "UPDATE shard SET state = 'lost' WHERE idx = 0",
            "UPDATE shard SET state = 'leased' WHERE idx = 0",
            "UPDATE shard SET state = 'failed' WHERE idx = 0",
            "UPDATE shard SET labelled = 4, failed = 6 WHERE idx = 0",
            "UPDATE shard SET attempts = 2 WHERE idx = 0",
            "UPDATE shard SET epoch = 0 WHERE idx = 1",
            "UPDATE shard SET result = zeroblob(32) WHERE idx = 2",
            "UPDATE shard SET state = 'queued', result = NULL WHERE idx = 2",
            "UPDATE lease SET progress = 11",
            "INSERT INTO lease SELECT run, shard, epoch + 2, worker, secret, 0, 1, 10, 0, 0 FROM lease",
            "DELETE FROM shard WHERE idx = 1",
            "UPDATE shard SET state = 'quarantined' WHERE idx = 0",
            "UPDATE shard SET images = 11 WHERE idx = 0",
            "UPDATE shard SET first_row = 1 WHERE idx = 0",
            "UPDATE run SET state = 'done'",
            "UPDATE run SET shards_done = shards_done + 3",
            "UPDATE run SET images = 9",
            "DELETE FROM run",
            "INSERT INTO shard (run, idx, first_row, images, byte_offset, byte_length)"
                + " VALUES (99, 0, 0, 1, 0, 1)",
            "INSERT INTO token (name, role, digest) VALUES ('short', 'worker', zeroblob(31))",
            "INSERT INTO token (name, role, digest) VALUES ('unheard of', 'root', zeroblob(32))",
        ])
    func invariants(_ sql: String) async throws {
        let store = try open()
        try await store.begin(.sample("r1"), shards: 4)
        var leases: [Lease] = []
        for _ in 0..<3 { leases.append(try #require(await store.lease(to: "ada", by: clock))) }
        for lease in [leases[0]] { try await store.release(lease.ticket, .leaving) }
        _ = try await store.complete(leases[2].ticket, with: .sample("c"))

        await #expect {
            try await store.pool.write { db in try db.execute(sql: sql) }
        } throws: { error in
            (error as? DatabaseError)?.resultCode == .SQLITE_CONSTRAINT
        }
    }
}
