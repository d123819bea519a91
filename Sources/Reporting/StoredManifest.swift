import Glibc
import PipelineCore

/// A run's manifest as it lies in the object store, read shard by shard.
final class StoredManifest: Sendable {
    private let run: RunID
    private let descriptor: CInt
    private let size: Int

    /// Opens the manifest of `run` at `path`; throws ``ReportError``.
    init(of run: RunID, path: String) throws(ReportError) {
        self.run = run
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            throw .missing(run, what: "the manifest", key: path)
        }
        size = Int(status.st_size)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

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
        let bytes = [UInt8](unsafeUninitializedCapacity: range.length) { buffer, count in
            while count < range.length {
                let received = pread(
                    descriptor, buffer.baseAddress?.advanced(by: count), range.length - count,
                    range.offset + count)
                if received < 0, errno == EINTR { continue }
                guard received > 0 else { return }
                count += received
            }
        }
        guard bytes.count == range.length else {
            throw .damaged(run, detail: "its manifest cannot be read at byte \(range.offset)")
        }
        return bytes
    }
}
