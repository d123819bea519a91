import Foundation
import PipelineCore
import Synchronization

/// Checks a manifest while it passes by, counts its rows and cuts it into shards.
///
/// It keeps the line that a piece breaks off in, the path before it and the shards so far, and
/// nothing else.
struct ManifestCensus {
    /// How many lines have been read.
    private(set) var rows = 0
    /// The shards, in order; the last one may be shorter.
    private(set) var shards: [ShardRange] = []

    private let shardSize: Int
    private var offset = 0
    private var start = 0
    private var previous: RelativePath?
    private var partial: [UInt8] = []

    /// Expects a manifest from its first byte.
    init(shardSize: Int) { self.shardSize = shardSize }

    /// Takes the next piece of the manifest.
    mutating func read(_ piece: [UInt8]) throws(ManifestError) {
        var rest = piece[...]
        while let end = rest.firstLineFeed {
            if partial.isEmpty {
                try line(rest[...end])
            } else {
                try keep(rest[...end])
                let whole = partial
                partial.removeAll(keepingCapacity: true)
                try line(whole[...])
            }
            rest = rest[(end + 1)...]
        }
        try keep(rest)
    }

    /// Ends the manifest.
    mutating func finish() throws(ManifestError) {
        guard partial.isEmpty else { throw .unended(line: rows + 1) }
        cut()
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) throws(ManifestError) {
        guard partial.count + bytes.count <= ManifestLine.limit else {
            throw .tooLong(line: rows + 1)
        }
        partial += bytes
    }

    private mutating func line(_ bytes: ArraySlice<UInt8>) throws(ManifestError) {
        guard bytes.count <= ManifestLine.limit else { throw .tooLong(line: rows + 1) }
        let entry: ImageEntry
        do {
            entry = try ManifestLine.parse(bytes)
        } catch {
            throw .unreadable(line: rows + 1, error)
        }
        if let previous, !(previous < entry.file) {
            throw previous == entry.file
                ? .twice(line: rows + 1, entry.file) : .unordered(line: rows + 1, entry.file)
        }
        previous = entry.file
        rows += 1
        offset += bytes.count
        if rows.isMultiple(of: shardSize) { cut() }
    }

    /// Ends a shard after the lines that have been read, if it has any.
    private mutating func cut() {
        let firstRow = shards.count * shardSize
        guard rows > firstRow else { return }
        shards.append(
            ShardRange(
                index: shards.count, firstRow: firstRow, count: rows - firstRow, offset: start,
                length: offset - start))
        start = offset
    }
}

extension ArraySlice<UInt8> {
    /// Where the first line feed stands; `memchr` looks at 32 bytes at a time.
    fileprivate var firstLineFeed: Index? {
        let distance = withUnsafeBytes { bytes -> Int? in
            guard let base = bytes.baseAddress else { return nil }
            return memchr(base, 0x0A, bytes.count).map { UnsafeRawPointer($0) - base }
        }
        return distance.map { startIndex + $0 }
    }
}

/// A census that an upload can be shown to.
final class ManifestInspector: Sendable {
    private let state: Mutex<ManifestCensus>

    init(shardSize: Int) { state = Mutex(ManifestCensus(shardSize: shardSize)) }

    /// Takes the next piece, or with nil the end.
    func visit(_ piece: [UInt8]?) throws {
        try state.withLock { census in
            if let piece { try census.read(piece) } else { try census.finish() }
        }
    }

    /// What has been found.
    var census: ManifestCensus { state.withLock { $0 } }
}

/// Why a manifest is refused; lines count from 1.
enum ManifestError: Error, Equatable {
    /// The line is not one of a manifest.
    case unreadable(line: Int, ManifestLineError)
    /// The line is longer than ``ManifestLine/limit``.
    case tooLong(line: Int)
    /// The line names a file that should have come before.
    case unordered(line: Int, RelativePath)
    /// The line names the same file as the one before.
    case twice(line: Int, RelativePath)
    /// The last line has no line feed.
    case unended(line: Int)
}

extension ManifestError: CustomStringConvertible {
    var description: String {
        switch self {
        case .unreadable(let line, let error):
            "line \(line) of the manifest cannot be read: \(error)"
        case .tooLong(let line):
            "line \(line) of the manifest is longer than \(ManifestLine.limit) bytes"
        case .unordered(let line, let file):
            "line \(line) of the manifest is out of order: "
                + "'\(file.text.prefix(200))' belongs before the line above it (byte order of paths)"
        case .twice(let line, let file):
            "line \(line) of the manifest names '\(file.text.prefix(200))' a second time"
        case .unended(let line):
            "line \(line) of the manifest, the last, does not end in a line feed"
        }
    }
}
