import Foundation
import GRDB
import PipelineCore
import TestSupport
import Testing

@testable import Storage

/// A file that cannot be trusted is refused, and nothing is written over it.
@Suite("A job store whose file")
struct DamagedStoreTests {
    let folder = TemporaryFolder()
    var path: String { folder.file("jobs.db") }

    func open() throws(StoreError) -> SQLiteJobStore {
        try SQLiteJobStore(path: path, now: Tick(nanoseconds: 0), term: .seconds(60))
    }

    /// Makes a store of some pages, closed.
    func makeStore() async throws {
        let store = try open()
        try await store.begin(.sample("r1"), shards: 2000)
        try store.close()
    }

    /// Expects that opening is refused for a reason that `words` is part of, and changes nothing.
    func expectRefusal(_ words: String) throws {
        let before = FileManager.default.contents(atPath: path)
        let error = #expect(throws: StoreError.self) { try open() }
        guard case .unusable(path, let detail) = error else {
            Issue.record("refused as \(String(describing: error))")
            return
        }
        #expect(detail.contains(words), "\(detail)")
        #expect(!detail.contains("\n"), "more than one line: \(detail)")
        #expect(FileManager.default.contents(atPath: path) == before)
    }

    enum Damage: CaseIterable {
        case randomHeader, randomPage, lastPageGone, halfGone, emptied, text

        var words: String {
            switch self {
            case .randomHeader, .text: "file is not a database"
            case .randomPage: "it is damaged"
            case .lastPageGone, .halfGone: "malformed"
            case .emptied: "the file is empty"
            }
        }

        func apply(to bytes: inout Data) {
            var generator = SeededGenerator(seed: 1)
            let noise = (0..<4096).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            switch self {
            case .randomHeader: bytes.replaceSubrange(0..<4096, with: noise)
            case .randomPage: bytes.replaceSubrange(8 * 4096..<9 * 4096, with: noise)
            case .lastPageGone: bytes.removeLast(4096)
            case .halfGone: bytes.removeLast(bytes.count / 2)
            case .emptied: bytes = Data()
            case .text: bytes = Data("not a database".utf8)
            }
        }
    }

    @Test("is damaged is refused and left as it is", arguments: Damage.allCases)
    func damage(_ damage: Damage) async throws {
        try await makeStore()
        var bytes = try Data(contentsOf: URL(filePath: path))
        damage.apply(to: &bytes)
        try bytes.write(to: URL(filePath: path))

        try expectRefusal(damage.words)
        try expectRefusal(damage.words)
    }

    @Test("is too large to be looked through before it is used is looked through all the same")
    func tooLarge() async throws {
        try await makeStore()
        let whole = try Data(contentsOf: URL(filePath: path))
        try await damage("shard", of: path)
        #expect(try DatabaseFile.inspect(path, wholeUpTo: 0), "the damage is among the shards")
        let queue = try DatabaseQueue(path: path, configuration: DatabaseFile.readOnly)
        await #expect(throws: StoreError.self) {
            try await queue.read { [path] db in try db.check("shard", of: path) }
        }
        try queue.close()

        let copy = folder.file("copy.db")
        try whole.write(to: URL(filePath: copy))
        try await damage("run", of: copy)
        #expect(throws: StoreError.self, "everything else is looked at first") {
            try DatabaseFile.inspect(copy, wholeUpTo: 0)
        }
    }

    /// Overwrites the first page of a table.
    private func damage(_ table: String, of path: String) async throws {
        let queue = try DatabaseQueue(path: path)
        let (page, size) = try await queue.read { db in
            (
                try Int.fetchOne(
                    db, sql: "SELECT rootpage FROM sqlite_schema WHERE name = ?",
                    arguments: [table]),
                try Int.fetchOne(db, sql: "PRAGMA page_size")
            )
        }
        try queue.close()
        let start = (try #require(page) - 1) * (try #require(size))
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes.replaceSubrange(start..<(start + 100), with: Data(repeating: 0xA5, count: 100))
        try bytes.write(to: URL(filePath: path))
    }

    @Test("is gone, but not its log, is refused")
    func orphanedLog() throws {
        try folder.write("log", to: "jobs.db-wal")
        try expectRefusal("is missing")
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("was written by a newer version is refused and left as it is")
    func newerVersion() async throws {
        try await makeStore()
        let queue = try DatabaseQueue(path: path)
        try await queue.write { db in
            try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('99: something later')")
        }
        try queue.close()

        try expectRefusal("newer version")
    }

    @Test("is another program's is refused and left as it is")
    func otherProgram() async throws {
        let queue = try DatabaseQueue(path: path)
        try await queue.write { db in try db.execute(sql: "CREATE TABLE recipe (name TEXT)") }
        try queue.close()

        try expectRefusal("another program's")
    }

    @Test("lies in a folder that is not there is refused")
    func missingFolder() {
        let path = folder.file("nowhere/jobs.db")
        let detail = "its lock file cannot be opened: No such file or directory"
        #expect(throws: StoreError.unusable(path: path, detail: detail)) {
            try SQLiteJobStore(path: path, now: Tick(nanoseconds: 0), term: .seconds(60))
        }
    }

    @Test("was half-made by a killed process is made anew")
    func halfMade() async throws {
        try folder.write("half", to: "jobs.db.new")
        try await makeStore()
        #expect(try await open().runs().count == 1)
        #expect(!FileManager.default.fileExists(atPath: path + ".new"))
    }

    /// A store that is to be turned over to a log changes its header under a journal, and a kill
    /// in that moment leaves both.
    @Test("was cut short in a change gets what it was before")
    func hotJournal() async throws {
        try await makeStore()
        let queue = try DatabaseQueue(path: path)
        let hot = TemporaryFolder()
        try await queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1")
            try db.inTransaction {
                try db.execute(sql: "CREATE TABLE more AS SELECT * FROM shard")
                for suffix in ["", "-journal"] {
                    try FileManager.default.copyItem(
                        atPath: path + suffix, toPath: hot.file("jobs.db") + suffix)
                }
                return .rollback
            }
        }
        try queue.close()
        let store = try SQLiteJobStore(
            path: hot.file("jobs.db"), now: Tick(nanoseconds: 0), term: .seconds(60))
        #expect(try await store.runs().count == 1)
        #expect(try await store.pool.read { try !$0.tableExists("more") })
        try store.close()
    }
}
