import GRDB
package import PipelineCore

extension SQLiteJobStore {
    /// The next waiting shard, found and taken in one statement; triggers do the rest: the shard is
    /// leased under its next epoch, and what it is cut down by waits as a shard of its own.
    ///
    /// The join is written as `CROSS JOIN` to keep its order: from the runs, in the order of their
    /// turn, to the index of each one's waiting shards. The size is ``ShardSizing``'s.
    static let claim = """
        INSERT INTO lease (run, shard, epoch, worker, secret, since, until, images)
        SELECT waiting.run, waiting.idx, waiting.epoch + 1, :worker, :secret, :now, :until,
            iif(run.elastic AND waiting.epoch = 0 AND waiting.crashes = 0,
                min(waiting.images, :aim,
                    max(:smallest, (run.images - run.labelled - run.failed) / (2 * :workers))),
                waiting.images)
        FROM run INDEXED BY run_turn CROSS JOIN shard AS waiting INDEXED BY shard_queued
            ON waiting.run = run.seq AND waiting.state = 'queued'
        WHERE run.state = 'running'
            AND NOT EXISTS (
                SELECT * FROM opinion
                WHERE host = :host AND run = waiting.run AND shard = waiting.idx)
        ORDER BY run.priority DESC, run.seq, waiting.first_row
        LIMIT 1
        RETURNING run, shard
        """

    /// The shard of a run that has been held for longest, since before `moment`, by one other
    /// worker alone: taken by a second one.
    static let backup = """
        INSERT INTO lease (run, shard, epoch, worker, secret, since, until, images)
        SELECT slow.run, slow.shard, shard.epoch + 1, :worker, :secret, :now, :until, shard.images
        FROM lease AS slow INDEXED BY lease_age CROSS JOIN shard
            ON shard.run = slow.run AND shard.idx = slow.shard
        WHERE slow.run = :run AND slow.until IS NOT NULL AND slow.since < :moment
            AND slow.worker <> :worker AND shard.epoch = slow.epoch AND shard.crashes = 0
            AND NOT EXISTS (
                SELECT * FROM lease AS other
                WHERE other.run = slow.run AND other.shard = slow.shard
                    AND other.epoch <> slow.epoch AND other.until IS NOT NULL)
            AND NOT EXISTS (
                SELECT * FROM opinion
                WHERE host = :host AND run = slow.run AND shard = slow.shard)
        ORDER BY slow.since, slow.shard
        LIMIT 1
        RETURNING run, shard
        """

    package func lease(_ claim: LeaseClaim) async throws -> Lease? {
        try await write { [attempts] db in
            try db.checkTrust(in: claim.worker)
            _ = try db.expire(at: claim.now, limit: attempts)
            let size: StatementArguments = [
                "aim": claim.size.aim, "smallest": ShardSizing.smallest,
                "workers": claim.size.workers,
            ]
            if let lease = try db.take(Self.claim, claim.arguments + size, claim) { return lease }
            guard !claim.stragglers.isEmpty else { return nil }
            for row in try Row.fetchAll(db.cachedStatement(sql: Self.turn)) {
                guard let moment = claim.stragglers[try row.runID("id")] else { continue }
                let slow: StatementArguments = [
                    "run": try row.decode(Int64.self, forColumn: "seq"),
                    "moment": moment.nanoseconds,
                ]
                if let lease = try db.take(Self.backup, claim.arguments + slow, claim) {
                    return lease
                }
            }
            return nil
        }
    }

    /// The running runs in the order of their turn.
    static let turn = """
        SELECT seq, id FROM run INDEXED BY run_turn
        WHERE state = 'running'
        ORDER BY priority DESC, seq
        """

    package func renew(
        _ ticket: LeaseTicket, progress: Int, isBegun: Bool, for term: Duration, at now: Tick
    ) async throws {
        try await change(ticket, .renew) { shard in
            try shard.renew(ticket, progress: progress, isBegun: isBegun, until: now + term)
            return ((), [])
        }
    }

    package func release(_ ticket: LeaseTicket, _ reason: HandBack) async throws {
        try await change(ticket, .release) { [attempts] shard in
            ((), try shard.release(ticket, reason, limit: attempts))
        }
    }

    package func expireLeases(at now: Tick) async throws -> Int {
        try await write { [attempts] db in try db.expire(at: now, limit: attempts) }
    }

    /// Takes the shard of a ticket one step on; the step tells which parts it splits off.
    private func change<Answer: Sendable>(
        _ ticket: LeaseTicket, _ kind: LateRequest.Kind,
        by step: @escaping @Sendable (inout ShardLifecycle) throws -> (Answer, [ShardLifecycle])
    ) async throws -> Answer {
        try await write { db in try db.change(ticket, kind) { shard, _ in try step(&shard) } }.get()
    }
}

extension LeaseClaim {
    /// Who will hold the shard, as arguments of a claim.
    fileprivate var arguments: StatementArguments {
        [
            "worker": worker, "host": WorkerHost.of(worker),
            "secret": SHA256Digest(of: Array(secret.utf8)).data,
            "now": now.nanoseconds, "until": (now + term).nanoseconds,
        ]
    }
}

extension Database {
    /// Takes the shard of a ticket one step on; the step tells which parts it splits off, and is told
    /// the run's number.
    ///
    /// A step that comes too late is refused when that is on record, and on disk: so the refusal is
    /// returned, and the transaction goes on.
    func change<Answer>(
        _ ticket: LeaseTicket, _ kind: LateRequest.Kind,
        by step: (inout ShardLifecycle, Int64) throws -> (Answer, [ShardLifecycle])
    ) throws -> Result<Answer, any Error> {
        let seq = try sequence(of: ticket.run)
        guard let old = try lifecycle(ticket.shard, in: seq) else {
            throw StoreError.unknownShard(run: ticket.run, shard: ticket.shard)
        }
        var new = old
        do {
            let (answer, parts) = try step(&new, seq)
            try save(old, as: new, parts, in: seq)
            return .success(answer)
        } catch  where old.wasLate(ticket, error) {
            try note(kind, of: ticket, in: seq)
            return .failure(error)
        }
    }

    /// Ends the leases that are over, and decides about their shards; how many shards.
    fileprivate func expire(at now: Tick, limit: Int) throws -> Int {
        let over = try Row.fetchAll(
            cachedStatement(sql: Self.over), arguments: [now.nanoseconds])
        for row in over {
            let seq: Int64 = try row.decode(forColumn: "run")
            guard let old = try lifecycle(row.decode(forColumn: "shard"), in: seq) else { continue }
            var new = old
            let parts = new.expire(at: now, limit: limit) ?? []
            try save(old, as: new, parts, in: seq)
        }
        return over.count
    }

    /// The shards that have a lease which is over.
    static let over = """
        SELECT DISTINCT run, shard FROM lease INDEXED BY lease_expiry
        WHERE until IS NOT NULL AND until < ?
        ORDER BY run, shard
        """

    /// Takes a shard as `sql` finds one, and gives its lease.
    fileprivate func take(
        _ sql: String, _ arguments: StatementArguments, _ claim: LeaseClaim
    ) throws -> Lease? {
        // All rows are fetched, so that the statement runs to its end.
        let taken = try Row.fetchAll(cachedStatement(sql: sql), arguments: arguments).first
        guard let taken else { return nil }
        let seq: Int64 = try taken.decode(forColumn: "run")
        let run = try Row.fetchOne(
            cachedStatement(sql: "SELECT id FROM run WHERE seq = ?"), arguments: [seq])
        guard let run, let shard = try lifecycle(taken.decode(forColumn: "shard"), in: seq) else {
            throw StoreError.failed("a shard was leased that is not there")
        }
        return Lease(shard, of: try run.runID("id"), for: claim)
    }
}
