import GRDB
package import PipelineCore

extension SQLiteJobStore {
    package func add(_ token: TokenRecord) async throws {
        try await write { db in
            try db.execute(
                sql: "INSERT OR REPLACE INTO token (digest, role, name) VALUES (?, ?, ?)",
                arguments: [token.digest.data, token.role.rawValue, token.name])
        }
    }

    package func token(_ digest: SHA256Digest) async throws -> TokenRecord? {
        try await read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT digest, role, name FROM token WHERE digest = ?")
            return try Row.fetchOne(statement, arguments: [digest.data])?.tokenRecord()
        }
    }

    package func tokens() async throws -> [TokenRecord] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT digest, role, name FROM token ORDER BY name, role")
                .map { try $0.tokenRecord() }
        }
    }
}
