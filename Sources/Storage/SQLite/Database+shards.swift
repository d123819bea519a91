import Foundation
import GRDB
import PipelineCore

/// Shards between their rows and ``ShardLifecycle``, where everything about them is decided.
extension Database {
    /// Shard `index` of the run that is filed under `seq`, with its holders.
    func lifecycle(_ index: Int, in seq: Int64) throws -> ShardLifecycle? {
        let found = try Row.fetchOne(
            cachedStatement(sql: "SELECT * FROM shard WHERE run = ? AND idx = ?"),
            arguments: [seq, index])
        guard let found else { return nil }
        let holders = try Row.fetchAll(
            cachedStatement(sql: "SELECT * FROM lease WHERE run = ? AND shard = ? ORDER BY epoch"),
            arguments: [seq, index])
        let opinions = try Row.fetchAll(
            cachedStatement(sql: Self.opinions), arguments: [seq, index])
        return try found.lifecycle(held: holders, opinions)
    }

    /// Keeps what became of a shard, and the parts that were split off it, in order of their rows.
    func save(
        _ old: ShardLifecycle, as new: ShardLifecycle, _ parts: [ShardLifecycle], in seq: Int64
    ) throws {
        guard new != old else { return }
        try saveHolders(of: old, as: new, in: seq)
        if new.opinions != old.opinions { try saveOpinions(of: old, as: new, in: seq) }
        let (kept, was) = (new.kept, old.kept)
        if kept != was { try write(kept, in: seq) }
        for var part in parts {
            // A shard that shrinks leaves the rest of its rows as the run's latest shard.
            let shards = try Int.fetchOne(
                cachedStatement(sql: "SELECT shards FROM run WHERE seq = ?"), arguments: [seq])
            part.number((shards ?? 0) - 1)
            try write(part.kept, in: seq)
        }
    }

    /// Keeps who holds the shard: a worker whose time ran out, with no moment at which it ends.
    private func saveHolders(
        of old: ShardLifecycle, as new: ShardLifecycle, in seq: Int64
    ) throws {
        let left = Dictionary(uniqueKeysWithValues: new.holders.map { ($0.epoch, $0) })
        for holder in old.holders {
            let key: StatementArguments = [seq, old.range.index, holder.epoch]
            guard let now = left[holder.epoch] else {
                try cachedStatement(
                    sql: "DELETE FROM lease WHERE run = ? AND shard = ? AND epoch = ?"
                ).execute(arguments: key)
                continue
            }
            let until = new.state == .leased ? now.until.nanoseconds : nil
            try cachedStatement(
                sql: """
                    UPDATE lease SET until = ?, begun = ?, progress = ?
                    WHERE run = ? AND shard = ? AND epoch = ?
                    """
            ).execute(arguments: [until, now.isBegun, now.progress] + key)
        }
    }

    private func write(_ kept: KeptShard, in seq: Int64) throws {
        let log =
            kept.log.isEmpty
            ? nil : String(decoding: try JSONEncoder.sorted.encode(kept.log), as: UTF8.self)
        try cachedStatement(
            sql: """
                UPDATE shard
                SET state = :state, images = :images, attempts = :attempts, lapses = :lapses,
                    crashes = :crashes,
                    log = :log, result = :result, result_epoch = :resultEpoch,
                    labelled = :labelled, failed = :failed, failure = :failure
                WHERE run = :run AND idx = :index
                """
        ).execute(arguments: [
            "state": kept.state.rawValue, "images": kept.images, "attempts": kept.attempts,
            "lapses": kept.lapses, "crashes": kept.crashes, "log": log,
            "result": kept.result?.sha256.data,
            "resultEpoch": kept.resultEpoch, "labelled": kept.result?.labelled,
            "failed": kept.result?.failed, "failure": kept.failure, "run": seq,
            "index": kept.index,
        ])
    }
}

/// What the table of shards keeps of a shard; its holders are in another one.
private struct KeptShard: Equatable {
    var index: Int
    var images: Int
    var state: ShardState
    var attempts: Int
    var lapses: Int
    var crashes: Int
    var log: [Crash]
    var result: ShardResult?
    var resultEpoch: Int?
    var failure: String?
}

extension ShardLifecycle {
    fileprivate var kept: KeptShard {
        var kept = KeptShard(
            index: range.index, images: range.count, state: state, attempts: attempts,
            lapses: lapses, crashes: crashes, log: log)
        switch phase {
        case .queued, .leased, .quarantined: break
        case .done(let result, let epoch): (kept.result, kept.resultEpoch) = (result, epoch)
        case .failed(let words): kept.failure = words
        }
        return kept
    }
}

extension JSONEncoder {
    /// Equal values, equal texts.
    static var sorted: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
