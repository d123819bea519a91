import GRDB
package import PipelineCore

extension SQLiteJobStore {
    package func lateRequests(of run: RunID) async throws -> [LateRequest] {
        try await read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT shard, epoch, request, times FROM late_request
                    WHERE run = ? ORDER BY shard, epoch, request
                    """)
            return try Row.fetchAll(statement, arguments: [db.sequence(of: run)]).map { row in
                LateRequest(
                    shard: try row.decode(forColumn: "shard"),
                    epoch: try row.decode(forColumn: "epoch"),
                    kind: try row.value("request", LateRequest.Kind.init(rawValue:)),
                    times: try row.decode(forColumn: "times"))
            }
        }
    }
}

extension Database {
    /// Counts a request that came after the end of its lease.
    func note(_ kind: LateRequest.Kind, of ticket: LeaseTicket, in seq: Int64) throws {
        try cachedStatement(
            sql: """
                INSERT INTO late_request (run, shard, epoch, request) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET times = times + 1
                """
        ).execute(arguments: [seq, ticket.shard, ticket.epoch, kind.rawValue])
    }
}
