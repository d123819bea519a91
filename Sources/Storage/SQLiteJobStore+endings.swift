import Foundation
import GRDB
package import PipelineCore

extension SQLiteJobStore {
    /// Makes a result count, if the ticket is good and the result counts every image once.
    static let completion = """
        UPDATE shard
        SET state = 'done', result = :result, labelled = :labelled, failed = :failed,
            lease_until = NULL, secret = NULL
        WHERE \(isHeld) AND :labelled >= 0 AND :failed >= 0 AND :labelled + :failed = images
        """

    /// Back to the queue, as if the last lease had not been tried.
    static let departure = """
        UPDATE shard
        SET state = 'queued', attempts = attempts - 1, lease_until = NULL, secret = NULL
        WHERE \(isHeld)
        """

    /// Back to the queue, or given up after the last attempt.
    static let failure = """
        UPDATE shard
        SET state = iif(attempts < :limit, 'queued', 'failed'),
            failure = iif(attempts < :limit, NULL, :reason),
            lease_until = NULL, secret = NULL
        WHERE \(isHeld)
        """

    package func complete(
        _ ticket: LeaseTicket, with result: ShardResult
    ) async throws -> Completion {
        try await write { db in
            let completion = try db.cachedStatement(sql: Self.completion)
            try completion.execute(
                arguments: ticket.arguments + [
                    "result": result.sha256.data, "labelled": result.labelled,
                    "failed": result.failed,
                ])
            if db.changesCount == 1 { return .committed }
            return try db.whyNotCommitted(ticket, result)
        }
    }

    package func release(_ ticket: LeaseTicket, _ reason: HandBack) async throws {
        try await write { db in
            switch reason {
            case .leaving:
                try db.cachedStatement(sql: Self.departure).execute(arguments: ticket.arguments)
            case .failed(let words):
                try db.cachedStatement(sql: Self.failure).execute(
                    arguments: ticket.arguments + ["limit": attempts, "reason": words])
            }
            if db.changesCount == 0 { throw try db.refusal(of: ticket) }
        }
    }
}

extension Database {
    /// Tells a repeated completion from a refused one.
    fileprivate func whyNotCommitted(
        _ ticket: LeaseTicket, _ result: ShardResult
    ) throws -> Completion {
        let same = try cachedStatement(
            sql: """
                SELECT EXISTS (
                    SELECT * FROM shard
                    WHERE run = (SELECT seq FROM run WHERE id = :run) AND idx = :shard
                        AND state = 'done' AND epoch = :epoch AND result = :result)
                """)
        let isSame = try Bool.fetchOne(
            same,
            arguments: [
                "run": ticket.run.text, "shard": ticket.shard, "epoch": ticket.epoch,
                "result": result.sha256.data,
            ])
        if isSame == true { return .already }

        let held = try cachedStatement(
            sql: "SELECT images FROM shard WHERE \(SQLiteJobStore.isHeld)")
        guard let images = try Int.fetchOne(held, arguments: ticket.arguments) else {
            throw try refusal(of: ticket)
        }
        throw StoreError.miscounted(result, shard: ticket.shard, of: ticket.run, images: images)
    }
}
