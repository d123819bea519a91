import Foundation
import GRDB
import PipelineCore
import TestSupport
import Testing

@testable import Storage

@Suite("A backup")
struct BackupTests {
    let folder = TemporaryFolder()
    let clock = ManualClock(seconds: 5)
    let run = Run.sample("r1").id

    func open(_ name: String = "jobs.db") throws -> SQLiteJobStore {
        try SQLiteJobStore(path: folder.file(name), now: clock.now(), term: .seconds(60))
    }

    func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    @Test("is the store as it was at one moment, while others go on writing to it")
    func moment() async throws {
        let store = try open()
        try await store.begin(.sample("r1"), shards: 2000)
        let writing = Task {
            while try await store.lease(to: "ada", by: clock) != nil {}
        }
        var earlier = 0
        for _ in 0..<5 {
            let path = try await store.makeBackup()
            let copy = try DatabaseQueue(path: path, configuration: DatabaseFile.readOnly)
            let (check, leased, counted) = try await copy.read { db in
                (
                    try String.fetchOne(db, sql: "PRAGMA integrity_check"),
                    try Int.fetchOne(db, sql: "SELECT count(*) FROM lease") ?? 0,
                    try Int.fetchOne(db, sql: "SELECT shards_leased FROM run") ?? 0
                )
            }
            try copy.close()
            #expect(check == "ok")
            #expect(leased == counted, "leases and the run's count come from the same moment")
            #expect(leased >= earlier)
            earlier = leased
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            #expect(mode as? Int == 0o600)
            #expect(
                try !files().contains { $0.hasPrefix("jobs.db.backup-") && $0.hasSuffix("-wal") })
            try FileManager.default.removeItem(atPath: path)
        }
        writing.cancel()
        _ = await writing.result
    }

    @Test("takes a lost store's place, with everything that was in it")
    func restoration() async throws {
        let store = try open()
        try await store.begin(.sample("r1"), shards: 3)
        let lease = try #require(await store.lease(to: "ada", by: clock))
        _ = try await store.complete(lease.ticket, with: .sample("a"))
        let held = try #require(await store.lease(to: "ada", by: clock))
        let path = try await store.makeBackup()
        // What happens after a backup is not in it.
        _ = try await store.complete(held.ticket, with: .sample("b"))
        try store.close()
        for name in try files() where name != path.split(separator: "/").last.map(String.init) {
            try FileManager.default.removeItem(atPath: folder.file(name))
        }

        let aside = try StoredBackup(path: path)
            .restore(to: folder.file("jobs.db"), replaces: false)
        #expect(aside == nil)
        let restored = try open()
        #expect(try await restored.run(run).counts.shardsDone == 1)
        #expect(
            try await restored.holders(of: run)
                == [LeaseHolder(shard: 1, worker: "ada", progress: 0)])
        // The worker of that time is still heard, and nobody who holds a later epoch.
        #expect(try await restored.complete(held.ticket, with: .sample("b")) == .committed)
    }

    @Test("does not let an epoch count twice that was given after it was made")
    func fencing() async throws {
        let store = try open()
        try await store.begin(.sample("r1"), shards: 1)
        let path = try await store.makeBackup()
        let lost = try #require(await store.lease(to: "ada", by: clock))
        try store.close()
        let backup = try StoredBackup(path: path)
        _ = try backup.restore(to: folder.file("jobs.db"), replaces: true)
        let restored = try open()
        let next = try #require(
            await restored.lease(to: "grace", secret: "other", for: .seconds(60), at: clock.now()))
        #expect(next.epoch == lost.epoch)
        await #expect(throws: StoreError.self) {
            try await restored.complete(lost.ticket, with: .sample("a"))
        }
    }

    @Test("takes no store's place without being told, and loses nothing when it is")
    func replacement() async throws {
        let store = try open()
        try await store.begin(.sample("r1"), shards: 1)
        let copy = try await store.makeBackup()
        try await store.begin(.sample("r2"), shards: 1)
        #expect(throws: StoreError.self) {
            try StoredBackup(path: copy).restore(to: store.path, replaces: true)
        }
        try store.close()
        #expect(throws: StoreError.self) {
            try StoredBackup(path: copy).restore(to: store.path, replaces: false)
        }
        let aside = try #require(
            try StoredBackup(path: copy).restore(to: store.path, replaces: true))
        let (now, before) = (
            try open(), try SQLiteJobStore(path: aside, now: clock.now(), term: .seconds(60))
        )
        #expect(try await now.runs().count == 1)
        #expect(try await before.runs().count == 2)
    }

    @Test("that is none, or cut short, is refused")
    func damage() async throws {
        let store = try open()
        try await store.begin(.sample("r1"), shards: 500)
        let path = try await store.makeBackup()
        let whole = try Data(contentsOf: URL(filePath: path))
        let cuts = [Data(), whole.prefix(whole.count / 2), Data("no database at all".utf8)]
        for (index, bytes) in cuts.enumerated() {
            let cut = folder.file("cut-\(index)")
            try bytes.write(to: URL(filePath: cut))
            let error = #expect(throws: StoreError.self) { try StoredBackup(path: cut) }
            guard case .unusable = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        #expect(throws: StoreError.self) { try StoredBackup(path: folder.file("nowhere")) }
    }

    @Test("that was left half-made by a killed process is gone after the next start")
    func remains() async throws {
        try open().close()
        try folder.write("half", to: "jobs.db.backup-1234")
        try folder.write("other", to: "other.db.backup-1234")
        let store = try open()
        #expect(try !files().contains("jobs.db.backup-1234"))
        #expect(try files().contains("other.db.backup-1234"))
        try store.close()
    }

    @Test("of an older version is brought up to date when it is opened")
    func older() async throws {
        let upgrade = UpgradeTests()
        try upgrade.makeStore()
        let backup = try StoredBackup(path: upgrade.path)
        _ = try backup.restore(to: folder.file("jobs.db"), replaces: false)
        #expect(try await open().run(run).counts.shardsDone == 1)
    }
}
