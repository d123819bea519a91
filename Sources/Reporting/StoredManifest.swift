import Glibc
import PipelineCore

import struct Crypto.SHA256

/// A run's manifest as it lies in the object store, read shard by shard.
final class StoredManifest: Sendable {
    private static let piece = 1 << 20

    private let run: RunID
    private let path: String
    private let descriptor: CInt
    private let size: Int

    /// Opens the manifest of `run` at `path`; throws ``ReportError``.
    init(of run: RunID, path: String) throws(ReportError) {
        self.run = run
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            throw .missing(run, what: "the manifest", key: path)
        }
        size = Int(status.st_size)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Throws ``ReportError/damaged(_:detail:)`` unless the file is the one of that SHA-256.
    ///
    /// A changed line may well make sense, and tell of a picture that is not there.
    func check(_ sha256: SHA256Digest) throws(ReportError) {
        var hash = SHA256()
        for offset in stride(from: 0, to: size, by: Self.piece) {
            hash.update(data: try bytes(at: offset, count: min(Self.piece, size - offset)))
        }
        let found = SHA256Digest(hash.finalize())
        guard found == sha256 else {
            throw .damaged(
                run,
                detail: "its manifest '\(path)' was changed after it was stored: its SHA-256 is "
                    + "\(found), the run counts \(sha256)")
        }
    }

    /// The entries of one shard, in their order; throws ``ReportError/damaged(_:detail:)`` where
    /// the lines are not those that the shard was cut from.
    func entries(of range: ShardRange) throws(ReportError) -> [ImageEntry] {
        let block = try bytes(of: range)
        let lines = ManifestLine.lines(of: range, inBlock: block)
        var entries: [ImageEntry] = []
        entries.reserveCapacity(range.count)
        for line in lines.split(separator: UInt8(ascii: "\n")) {
            do {
                entries.append(try ManifestLine.parse(line))
            } catch {
                let row = range.firstRow + entries.count
                throw .damaged(run, detail: "row \(row) of its manifest cannot be read: \(error)")
            }
        }
        guard entries.count == range.count else {
            throw .damaged(
                run,
                detail: "its manifest has \(entries.count) lines where shard \(range.index) "
                    + "has \(range.count) images")
        }
        return entries
    }

    private func bytes(of range: ShardRange) throws(ReportError) -> [UInt8] {
        guard range.offset >= 0, range.length >= 0, range.length <= size,
            range.offset <= size - range.length
        else {
            throw .damaged(
                run, detail: "shard \(range.index) lies outside its manifest of \(size) bytes")
        }
        return try bytes(at: range.offset, count: range.length)
    }

    private func bytes(at offset: Int, count length: Int) throws(ReportError) -> [UInt8] {
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            while count < length {
                let received = pread(
                    descriptor, buffer.baseAddress?.advanced(by: count), length - count,
                    offset + count)
                if received < 0, errno == EINTR { continue }
                guard received > 0 else { return }
                count += received
            }
        }
        guard bytes.count == length else {
            throw .damaged(run, detail: "its manifest cannot be read at byte \(offset)")
        }
        return bytes
    }
}
