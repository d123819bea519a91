import Foundation
import PipelineCore

/// The manifest of a started run, read in pieces.
struct ManifestFile: Sendable {
    let path: String

    private static let piece = 64 << 10

    /// Passes the lines of `shard` to `visit`, piece by piece, until it answers false.
    func read(
        _ shard: ShardRange, to visit: (ArraySlice<UInt8>) async throws -> Bool
    ) async throws {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        try file.seek(toOffset: UInt64(shard.offset))
        var unread = shard.length
        var (toSkip, toShow) = (shard.skip, shard.count)
        while toShow > 0 {
            guard let bytes = try file.read(upToCount: min(unread, Self.piece)), !bytes.isEmpty
            else {
                throw StoreError.failed(
                    "the manifest '\(path)' is shorter than it was when the run started")
            }
            unread -= bytes.count
            var piece = ArraySlice(bytes)
            let first = ManifestLine.end(ofLines: toSkip, in: piece)
            toSkip -= piece[..<first].count { $0 == 0x0A }
            piece = piece[first...]
            guard !piece.isEmpty else { continue }
            piece = piece[..<ManifestLine.end(ofLines: toShow, in: piece)]
            toShow -= piece.count { $0 == 0x0A }
            guard try await visit(piece) else { return }
        }
    }

    /// The entry at `index` of `shard`, from 0.
    func entry(at index: Int, of shard: ShardRange) async throws -> ImageEntry {
        var toSkip = index
        var line: [UInt8] = []
        try await read(shard) { piece in
            var rest = piece
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                if toSkip == 0 {
                    line += rest[..<end]
                    return false
                }
                toSkip -= 1
                rest = rest[(end + 1)...]
            }
            if toSkip == 0 { line += rest }
            return true
        }
        do {
            return try ManifestLine.parse(line)
        } catch {
            throw StoreError.failed(
                "the manifest '\(path)' is damaged at row \(shard.firstRow + index): \(error)")
        }
    }
}
