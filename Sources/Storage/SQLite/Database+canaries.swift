import Foundation
import GRDB
import PipelineCore

/// What hosts say of canaries, between its rows and ``CanaryLog``.
extension Database {
    /// Completes a shard, and draws the conclusions about whoever has computed it.
    ///
    /// What is refused is returned, so that the transaction goes on: the conclusions hold all the same.
    func complete(
        _ ticket: LeaseTicket, with result: ShardResult, agreeing views: [Int: Bool],
        _ testimony: Testimony
    ) throws -> Result<Completion, any Error> {
        let seq = try sequence(of: ticket.run)
        let old = testimony.canary == nil ? CanaryLog() : try canaries(in: seq)
        var new = old
        let outcome = try change(ticket, .complete) { shard, seq in
            let hearing = try hearing(for: ticket, of: shard, in: seq, views)
            return (try shard.complete(ticket, with: result, hearing, testimony, &new), [])
        }
        let delivery: Delivery
        switch outcome {
        case .success(let found): delivery = found
        case .failure(let refusal): return .failure(refusal)
        }
        if new != old { try save(old, as: new, in: seq) }
        for worker in delivery.exposed { try quarantine(worker, in: seq) }
        if old.known == nil, new.known != nil { try vouch(in: seq) }
        return delivery.outcome.mapError { $0 as any Error }
    }

    /// What is known of the canary in a run.
    func canaries(in seq: Int64) throws -> CanaryLog {
        let rows = try Row.fetchAll(
            cachedStatement(sql: "SELECT * FROM canary WHERE run = ? ORDER BY id"),
            arguments: [seq])
        var (known, words): (CanaryLog.Word?, [CanaryLog.Word]) = (nil, [])
        for row in rows {
            let word = CanaryLog.Word(
                host: try row.decode(forColumn: "host"),
                logits: try JSONDecoder().decode(
                    CanaryLogits.self,
                    from: Data(try row.decode(String.self, forColumn: "logits").utf8)))
            if try row.decode(Bool.self, forColumn: "known") {
                known = word
            } else {
                words.append(word)
            }
        }
        return CanaryLog(known: known, words: words)
    }

    /// Keeps what is known now.
    ///
    /// Once two hosts agree, what was done before in a run without an audit is there to stay.
    func save(_ old: CanaryLog, as new: CanaryLog, in seq: Int64) throws {
        for word in new.words where !old.words.contains(word) {
            try insert(word, isKnown: false, in: seq)
        }
        guard old.known == nil, let known = new.known else { return }
        try cachedStatement(sql: "DELETE FROM canary WHERE run = ?").execute(arguments: [seq])
        try insert(known, isKnown: true, in: seq)
    }

    private func insert(_ word: CanaryLog.Word, isKnown: Bool, in seq: Int64) throws {
        let logits = String(decoding: try JSONEncoder.sorted.encode(word.logits), as: UTF8.self)
        try cachedStatement(
            sql: "INSERT INTO canary (run, host, logits, known) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [seq, word.host, logits, isKnown])
    }

    /// Lets everything count for good that was done in a run without an audit.
    func vouch(in seq: Int64) throws {
        try cachedStatement(
            sql: """
                DELETE FROM opinion
                WHERE run = ? AND EXISTS (SELECT * FROM run WHERE seq = opinion.run AND audit IS NULL)
                """
        ).execute(arguments: [seq])
    }

    /// The runs without an audit in which a host has done something that nobody has vouched for.
    ///
    /// A run that is done has been taken as it is, unless it became so just now.
    static let doubtful = """
        SELECT DISTINCT run.seq, run.ledger FROM opinion INDEXED BY opinion_host
            CROSS JOIN run ON run.seq = opinion.run
        WHERE host = ? AND run.audit IS NULL AND (run.state <> 'done' OR run.seq = ?)
        """

    /// Takes back what a host has done in the run of `row`.
    ///
    /// Where the run knows the ledger, others may have taken the host's logits from there: what they
    /// have done with them, and what they are at, starts over.
    func doubt(_ host: String, in row: Row) throws {
        let seq: Int64 = try row.decode(forColumn: "seq")
        let usesLedger: Bool = try row.decode(forColumn: "ledger")
        let opinions = try Row.fetchAll(
            self, sql: "SELECT * FROM opinion WHERE run = ? AND (host = ? OR borrows)",
            arguments: [seq, host])
        for row in opinions {
            let opinion = try row.opinion()
            let shard: Int = try row.decode(forColumn: "shard")
            try change(shard, in: seq) { $0.doubt(host) }
            guard usesLedger else { continue }
            try cachedStatement(
                sql: "INSERT INTO withdrawn_result VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
            ).execute(arguments: [seq, shard, opinion.epoch, opinion.result.sha256.data])
        }
        guard usesLedger else { return }
        let held = try Int.fetchAll(
            self, sql: "SELECT DISTINCT shard FROM lease WHERE run = ?", arguments: [seq])
        for shard in held {
            try change(shard, in: seq) { shard in
                shard.revoke()
                return true
            }
        }
    }
}
