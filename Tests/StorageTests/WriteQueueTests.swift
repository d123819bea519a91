import GRDB
import PipelineCore
import TestSupport
import Testing

@testable import Storage

@Suite("Writes that go to disk together")
struct WriteQueueTests {
    let folder = TemporaryFolder()
    let clock = ManualClock(seconds: 5)

    private struct Refused: Error {}

    private func open() throws -> SQLiteJobStore {
        try SQLiteJobStore(
            path: folder.file("jobs.db"), now: clock.now(), term: .seconds(60))
    }

    @Test("are undone one by one")
    func apart() async throws {
        let store = try open()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try? await store.write { db in
                        try db.execute(
                            sql: "INSERT INTO token (name, role, digest) VALUES (?, 'viewer', ?)",
                            arguments: ["\(number)", SHA256Digest(of: [UInt8(number)]).data])
                        if number % 3 == 0 { throw Refused() }
                    }
                }
            }
        }
        let kept = Set(try await store.tokens().compactMap { Int($0.name) })
        #expect(kept == Set((0..<200).filter { $0 % 3 != 0 }))
    }

    @Test("do not fail because one of them fills the disk")
    func fullDisk() async throws {
        let store = try open()
        try await store.begin(.sample("r1"), shards: 50)
        try await store.pool.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages + 40)")
        }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<40 {
                group.addTask {
                    if number % 10 == 5 {
                        await #expect(throws: StoreError.noSpace(store.path)) {
                            try await store.begin(.sample("big\(number)"), shards: 20_000)
                        }
                        return false
                    }
                    return try await store.lease(to: "w\(number)", by: clock) != nil
                }
            }
            let leases = try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            #expect(leases == 36)
        }
        let run = try await store.run(Run.sample("r1").id)
        #expect(run.counts.shardsLeased == 36)
    }
}
