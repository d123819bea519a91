import Foundation
import GRDB
import Glibc
package import PipelineCore

extension SQLiteLedger {
    package func find(
        _ images: [SHA256Digest], by recipes: [SHA256Digest], limit bytes: Int
    ) async throws -> [Knowledge] {
        let (objects, now) = (objects, date())
        return try await transaction { db in
            let sources = try recipes.map { try db.sources(of: $0) }
            var files = ResultFiles(objects: objects)
            var left = bytes
            let found = try images.map { image -> Knowledge in
                guard left > 0 else {
                    return try db.knows(image, from: sources)
                        ? .later : .logits(recipes.map { _ in nil })
                }
                let logits = try sources.map { try db.logits(of: image, from: $0, &files) }
                left -= logits.reduce(0) { $0 + ($1?.count ?? 0) }
                return .logits(logits)
            }
            try db.keep(files, usedAt: now)
            return found
        }
    }

    package func prune(unusedSince moment: Int) async throws -> Int {
        let objects = objects
        return try await transaction { db in
            let rows = try Row.fetchAll(db, sql: "SELECT * FROM result")
            let ended = try rows.filter { row in
                let used: Int = try row.decode(forColumn: "used")
                guard used >= moment else { return true }
                return (try? objects.path(of: row.objectKey())) == nil
            }
            for row in ended {
                try db.execute(
                    sql: "INSERT INTO temp.ended (id) VALUES (?)",
                    arguments: [try row.decode(Int64.self, forColumn: "id")])
            }
            return try db.forgetEnded()
        }
    }
}

extension SQLiteLedger {
    package func forget(_ results: [ObjectKey]) async throws -> Int {
        try await transaction { db in
            for case .result(let run, let shard, let epoch, let sha256) in results {
                try db.execute(
                    sql: """
                        INSERT OR IGNORE INTO temp.ended (id) SELECT id FROM result
                        WHERE run = ? AND shard = ? AND epoch = ? AND sha256 = ?
                        """,
                    arguments: [run.text, shard, epoch, sha256.data])
            }
            return try db.forgetEnded()
        }
    }
}

/// A set of recipes that an ensemble was computed by, and a member's place in it.
private struct Source {
    let ensemble: Int64
    let member: Int
}

/// Result files, each opened once, and what was found about them.
private struct ResultFiles {
    fileprivate final class File {
        let descriptor: CInt
        let places: ResultPlaces

        init(_ descriptor: CInt, _ places: ResultPlaces) {
            self.descriptor = descriptor
            self.places = places
        }

        deinit { close(descriptor) }
    }

    let objects: any ObjectStore
    /// Files that are gone or not what they were; nothing of them is used.
    private(set) var broken: Set<Int64> = []
    /// Files that logits were read from.
    private(set) var used: Set<Int64> = []
    private var files: [Int64: File] = [:]

    init(objects: any ObjectStore) { self.objects = objects }

    /// An image's logits by one member; nil where the file does not have them any more.
    mutating func logits(
        row: Int, member: Int, seals: Data, of id: Int64, _ result: () throws -> Row?
    ) throws -> [UInt8]? {
        guard !broken.contains(id) else { return nil }
        guard let file = try file(id, result), file.places.sizes.indices.contains(member),
            seals.count == file.places.sizes.count * Seal.size,
            let logits = file.read(row: row, member: member),
            Seal.of(logits).elementsEqual(seals.dropFirst(member * Seal.size).prefix(Seal.size))
        else {
            broken.insert(id)
            return nil
        }
        used.insert(id)
        return logits
    }

    private mutating func file(_ id: Int64, _ result: () throws -> Row?) throws -> File? {
        if let file = files[id] { return file }
        guard let row = try result(), let path = try? objects.path(of: row.objectKey()) else {
            return nil
        }
        let layout: String = try row.decode(forColumn: "layout")
        guard let places = try? JSONDecoder().decode(ResultPlaces.self, from: Data(layout.utf8))
        else { return nil }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        // Few files stay open at a time, however many a shard's images are spread over.
        if files.count >= 64 { files = [:] }
        let file = File(descriptor, places)
        files[id] = file
        return file
    }
}

extension ResultFiles.File {
    fileprivate func read(row: Int, member: Int) -> [UInt8]? {
        let (size, start) = (places.sizes[member], places.starts[member])
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            while count < size {
                let received = pread(
                    descriptor, buffer.baseAddress.map { $0 + count }, size - count,
                    off_t(start + row * size + count))
                if received < 0, errno == EINTR { continue }
                guard received > 0 else { break }
                count += received
            }
            filled = count
        }
        return count == size ? bytes : nil
    }
}

extension Database {
    /// Where logits by a recipe may be found, the latest ensembles first.
    fileprivate func sources(of recipe: SHA256Digest) throws -> [Source] {
        try Row.fetchAll(
            cachedStatement(
                sql: """
                    SELECT ensemble, member FROM recipe WHERE recipe = ?
                    ORDER BY ensemble DESC, member
                    """),
            arguments: [recipe.data]
        ).map {
            Source(
                ensemble: try $0.decode(forColumn: "ensemble"),
                member: try $0.decode(forColumn: "member"))
        }
    }

    private func entry(_ image: SHA256Digest, in ensemble: Int64) throws -> Row? {
        try Row.fetchOne(
            cachedStatement(
                sql: "SELECT result, row, seals FROM image WHERE ensemble = ? AND sha256 = ?"),
            arguments: [ensemble, image.data])
    }

    /// Whether any of an image's logits are known.
    fileprivate func knows(_ image: SHA256Digest, from sources: [[Source]]) throws -> Bool {
        try sources.joined().contains { try entry(image, in: $0.ensemble) != nil }
    }

    /// An image's logits from the first source that has them.
    fileprivate func logits(
        of image: SHA256Digest, from sources: [Source], _ files: inout ResultFiles
    ) throws -> [UInt8]? {
        for source in sources {
            guard let entry = try entry(image, in: source.ensemble) else { continue }
            let id: Int64 = try entry.decode(forColumn: "result")
            let logits = try files.logits(
                row: try entry.decode(forColumn: "row"), member: source.member,
                seals: try entry.decode(forColumn: "seals"), of: id
            ) {
                try Row.fetchOne(
                    cachedStatement(sql: "SELECT * FROM result WHERE id = ?"), arguments: [id])
            }
            if let logits { return logits }
        }
        return nil
    }

    /// Notes which files are in use, to the day; one that is not what it was goes with the next prune.
    fileprivate func keep(_ files: ResultFiles, usedAt now: Int) throws {
        for id in files.used {
            try cachedStatement(sql: "UPDATE result SET used = :now WHERE id = :id AND used < :day")
                .execute(arguments: ["now": now, "id": id, "day": now - 86_400])
        }
        for id in files.broken {
            try cachedStatement(sql: "UPDATE result SET used = 0 WHERE id = ?")
                .execute(arguments: [id])
        }
    }

    /// Forgets the results in `temp.ended`, and empties that; how many images there were.
    fileprivate func forgetEnded() throws -> Int {
        try execute(sql: "DELETE FROM image WHERE result IN (SELECT id FROM temp.ended)")
        let images = changesCount
        try execute(
            sql: """
                DELETE FROM result WHERE id IN (SELECT id FROM temp.ended) OR images = 0;
                DELETE FROM temp.ended;
                """)
        return images
    }
}
