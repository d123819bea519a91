import Foundation
import GRDB
package import PipelineCore
import Results

/// Where an image's logits lie in a result file.
struct ResultPlaces: Codable {
    /// Where each member's logits begin, in bytes.
    var starts: [Int]
    /// How many bytes each member's logits of one image take.
    var sizes: [Int]
}

extension SQLiteLedger {
    /// An image and its logits' place.
    private struct Entry {
        let image: SHA256Digest
        let row: Int
        let seals: Data
    }

    package func record(_ result: CountedResult) async throws -> Int {
        // Checked whole, outside of the transaction: what is sealed here was the worker's own.
        let file = try ShardResultFile(path: objects.path(of: result.key), sha256: result.sha256)
        try file.checkBelongs(
            to: result.run.id, range: result.range, definition: result.run.definition)
        let procedures = file.members.compactMap(\.procedure)
        guard procedures.count == file.members.count,
            let recipes = try result.run.definition.recipes(by: procedures)
        else { return 0 }
        let entries = Self.entries(of: result.images, in: file)
        guard !entries.isEmpty else { return 0 }
        let places = ResultPlaces(
            starts: file.members.indices.map { file.start(ofMember: $0) },
            sizes: file.members.map { $0.classes * MemoryLayout<Float>.size })
        let layout = String(decoding: try JSONEncoder().encode(places), as: UTF8.self)
        let now = date()
        return try await transaction { db in
            let ensemble = try db.ensemble(of: recipes)
            let id = try db.result(of: result, layout, now)
            let insertion = try db.cachedStatement(
                sql: """
                    INSERT INTO image (ensemble, sha256, result, row, seals) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (ensemble, sha256) DO UPDATE
                    SET result = excluded.result, row = excluded.row, seals = excluded.seals
                    """)
            for entry in entries {
                try insertion.execute(arguments: [
                    ensemble, entry.image.data, id, entry.row, entry.seals,
                ])
            }
            return entries.count
        }
    }

    /// The labelled images, each once.
    private static func entries(
        of images: [SHA256Digest?], in file: ShardResultFile
    ) -> [Entry] {
        var seen: Set<SHA256Digest> = []
        return zip(0..<file.rows, images).compactMap { row, image in
            guard let image, file.failure(row) == nil, seen.insert(image).inserted else {
                return nil
            }
            let seals = file.members.indices.flatMap { member in
                file.logits(member: member, row: row).withUnsafeBytes { Seal.of(Array($0)) }
            }
            return Entry(image: image, row: row, seals: Data(seals))
        }
    }
}

/// Tells whether logits are those that were entered.
enum Seal {
    /// How many bytes it takes.
    static let size = 8

    /// The beginning of the SHA-256 of an image's logits by one member.
    static func of(_ logits: [UInt8]) -> ArraySlice<UInt8> {
        SHA256Digest(of: logits).bytes.prefix(size)
    }
}

extension Database {
    /// The number under which ensembles of these recipes are known.
    fileprivate func ensemble(of recipes: [SHA256Digest]) throws -> Int64 {
        let whole = Data(recipes.flatMap(\.bytes))
        let search = "SELECT id FROM ensemble WHERE recipes = ?"
        if let id = try Int64.fetchOne(cachedStatement(sql: search), arguments: [whole]) {
            return id
        }
        try execute(sql: "INSERT INTO ensemble (recipes) VALUES (?)", arguments: [whole])
        let id = lastInsertedRowID
        for (member, recipe) in recipes.enumerated() {
            try execute(
                sql: "INSERT INTO recipe (recipe, ensemble, member) VALUES (?, ?, ?)",
                arguments: [recipe.data, id, member])
        }
        return id
    }

    /// The number under which a result file is known.
    fileprivate func result(
        of result: CountedResult, _ layout: String, _ now: Int
    ) throws -> Int64 {
        let id = try Int64.fetchOne(
            cachedStatement(
                sql: """
                    INSERT INTO result (run, shard, epoch, sha256, layout, used)
                    VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (run, shard, epoch, sha256) DO UPDATE SET used = excluded.used
                    RETURNING id
                    """),
            arguments: [
                result.run.id.text, result.range.index, result.epoch, result.sha256.data, layout,
                now,
            ])
        guard let id else { throw DatabaseError(message: "a result was not entered") }
        return id
    }
}
