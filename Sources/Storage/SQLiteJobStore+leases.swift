import Foundation
import GRDB
package import PipelineCore

extension SQLiteJobStore {
    /// The next waiting shard of the oldest running run, found and taken in one statement.
    ///
    /// The join is written as `CROSS JOIN` to keep its order: from the runs, oldest first, to the
    /// index of each one's waiting shards.
    static let claim = """
        UPDATE shard
        SET state = 'leased', epoch = epoch + 1, attempts = attempts + 1, worker = :worker,
            secret = :secret, lease_until = :until, progress = 0
        WHERE (run, idx) = (
            SELECT waiting.run, waiting.idx
            FROM run CROSS JOIN shard AS waiting INDEXED BY shard_queued
                ON waiting.run = run.seq AND waiting.state = 'queued'
            WHERE run.state = 'running'
            ORDER BY run.seq, waiting.idx
            LIMIT 1)
        RETURNING idx, first_row, images, byte_offset, byte_length, epoch,
            (SELECT id FROM run WHERE seq = shard.run) AS run_id
        """

    /// Ends the leases that are over: back to the queue, or given up after the last attempt.
    ///
    /// A shard that waits again keeps its secret, since its late worker may still complete it.
    static let expiry = """
        UPDATE shard INDEXED BY shard_expiry
        SET state = iif(attempts < :limit, 'queued', 'failed'),
            failure = iif(attempts < :limit, NULL,
                'worker ''' || worker || ''' fell silent in attempt ' || attempts || ', the last'),
            secret = iif(attempts < :limit, secret, NULL),
            lease_until = NULL
        WHERE state = 'leased' AND lease_until < :now
        """

    /// What a ticket must match: the shard's current lease, or its last one if its time ran out
    /// and nobody has taken the shard since.
    static let isHeld = """
        run = (SELECT seq FROM run WHERE id = :run) AND idx = :shard
            AND epoch = :epoch AND secret = :secret AND state IN ('leased', 'queued')
        """

    static let renewal = """
        UPDATE shard
        SET state = 'leased', lease_until = :until, progress = max(progress, min(:progress, images))
        WHERE \(isHeld)
        """

    package func lease(
        to worker: String, secret: String, for term: Duration, at now: Tick
    ) async throws -> Lease? {
        let digest = SHA256Digest(of: Array(secret.utf8)).data
        return try await write { db in
            _ = try db.expire(at: now, limit: attempts)
            // All rows are fetched, so that the statement runs to its end.
            let row = try Row.fetchAll(
                db.cachedStatement(sql: Self.claim),
                arguments: [
                    "worker": worker, "secret": digest, "until": (now + term).nanoseconds,
                ]
            ).first
            return try row.map { row in
                Lease(
                    run: try row.runID("run_id"), shard: try row.shardRange(),
                    epoch: try row.decode(forColumn: "epoch"), secret: secret,
                    term: term / .seconds(1))
            }
        }
    }

    package func renew(
        _ ticket: LeaseTicket, progress: Int, for term: Duration, at now: Tick
    ) async throws {
        try await write { db in
            let renewal = try db.cachedStatement(sql: Self.renewal)
            try renewal.execute(
                arguments: ticket.arguments + [
                    "until": (now + term).nanoseconds, "progress": progress,
                ])
            if db.changesCount == 0 { throw try db.refusal(of: ticket) }
        }
    }

    package func expireLeases(at now: Tick) async throws -> Int {
        try await write { db in try db.expire(at: now, limit: attempts) }
    }
}

extension LeaseTicket {
    /// The ticket as arguments of ``SQLiteJobStore/isHeld``.
    var arguments: StatementArguments {
        ["run": run.text, "shard": shard, "epoch": epoch, "secret": secretDigest.data]
    }
}

extension Database {
    fileprivate func expire(at now: Tick, limit: Int) throws -> Int {
        try cachedStatement(sql: SQLiteJobStore.expiry)
            .execute(arguments: ["limit": limit, "now": now.nanoseconds])
        return changesCount
    }

    /// Why a ticket matched no shard.
    func refusal(of ticket: LeaseTicket) throws -> StoreError {
        _ = try shard(ticket.shard, of: ticket.run)
        return .staleLease(run: ticket.run, shard: ticket.shard, epoch: ticket.epoch)
    }
}
