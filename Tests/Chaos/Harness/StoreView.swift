import Foundation
import GRDB
import PipelineCore
import Rehearsal
import TestSupport

/// A look at a coordinator's folder that nobody has open: a copy of the job store, read by SQLite
/// alone, and the result files.
struct StoreView {
    private let queue: DatabaseQueue
    private let data: String
    private let folder = TemporaryFolder()

    /// Copies the store in `data` with its log, and reads the copy.
    init(_ data: String) throws {
        self.data = data
        for suffix in ["", "-wal"] {
            let source = data + "/jobs.sqlite" + suffix
            guard FileManager.default.fileExists(atPath: source) else { continue }
            try FileManager.default.copyItem(
                atPath: source, toPath: folder.file("copy.sqlite" + suffix))
        }
        queue = try DatabaseQueue(path: folder.file("copy.sqlite"))
    }

    /// What SQLite's own check says; `ok` where all is well.
    func integrity() throws -> String {
        try queue.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") ?? "no answer" }
    }

    /// A number that a query gives.
    func number(_ sql: String) throws -> Int {
        try queue.read { try Int.fetchOne($0, sql: sql) ?? 0 }
    }

    /// Every completion that counts.
    func completions() throws -> Set<Acknowledgement> {
        try queue.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT run.id, shard.idx, shard.result_epoch, lower(hex(shard.result)) AS result
                    FROM shard JOIN run ON run.seq = shard.run WHERE shard.state = 'done'
                    """)
            return Set(
                rows.map { row in
                    Acknowledgement(
                        run: row["id"], shard: row["idx"], epoch: row["result_epoch"],
                        sha256: row["result"])
                })
        }
    }

    /// How many of `acknowledged` are not there, each with its result file whole.
    func lost(of acknowledged: some Sequence<Acknowledgement>) throws -> Int {
        let kept = try completions()
        return acknowledged.count { !kept.contains($0) || !isWhole($0) }
    }

    private func isWhole(_ one: Acknowledgement) -> Bool {
        let results = "\(data)/objects/runs/\(one.run)/results"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: results)) ?? []
        guard
            let name = names.first(where: {
                $0.hasPrefix("\(one.shard)-\(one.epoch)-\(one.sha256)")
            }),
            let bytes = FileManager.default.contents(atPath: results + "/" + name)
        else { return false }
        return SHA256Digest(of: bytes).hex == one.sha256
    }
}
