import GRDB
import PipelineCore

extension SQLiteJobStore {
    /// Looks through the shards of a store that was too large for it when it opened; of any other,
    /// everything has been looked through.
    ///
    /// It reads the store as it is at one moment, beside everything else that goes on. Throws
    /// ``StoreError/unusable(path:detail:)`` when it finds damage.
    package func inspect() async throws {
        guard isLarge else { return }
        try await read { [path] db in try db.check("shard", of: path) }
    }
}

extension Database {
    /// Refuses what SQLite finds wrong with a table and its indexes, or with the whole file.
    func check(_ table: String? = nil, of path: String) throws {
        let answer = try String.fetchOne(self, sql: "PRAGMA quick_check (\(table ?? "1"))")
        guard answer != "ok" else { return }
        // SQLite's complaint has a heading of its own; an error has one line.
        let complaint = (answer ?? "no answer").split(separator: "\n").joined(separator: " ")
        throw StoreError.unusable(
            path: path, detail: "it is damaged (\(complaint)); \(StoreError.remedy)")
    }
}
