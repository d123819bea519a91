import Glibc
import PipelineCore

/// Brings entries into byte order of their names, however many there are.
///
/// What does not fit into memory goes to files as sorted parts, which are merged in the end. An
/// image that is named twice is handed out once.
final class EntrySorter {
    private let path: String
    private let capacity: Int
    private var held: [ImageEntry] = []
    private var heldBytes = 0
    private var parts: [String] = []

    /// Keeps its files beside `path`, and about `capacity` bytes of entries in memory.
    init(beside path: String, capacity: Int = 64 << 20) {
        self.path = path
        self.capacity = capacity
    }

    deinit { for part in parts { unlink(part) } }

    /// Takes an entry.
    func append(_ entry: ImageEntry) throws(DatasetError) {
        held.append(entry)
        heldBytes += entry.file.bytes.count + (entry.label?.utf8.count ?? 0) + 200
        if heldBytes >= capacity { try spill() }
    }

    /// Hands out all entries in order; how many were left out because they were named before.
    ///
    /// Throws ``DatasetError/twoLabels(_:)`` where they differ in what they are said to show.
    func visit(_ body: (ImageEntry) throws -> Void) throws -> Int {
        if parts.isEmpty {
            sort()
            var next = held.makeIterator()
            return try Self.withoutRepeats({ next.next() }, body)
        }
        try spill()
        var readers = try parts.map { try PartReader(path: $0) }
        return try Self.withoutRepeats({ try Self.least(of: &readers) }, body)
    }

    private static func withoutRepeats(
        _ next: () throws -> ImageEntry?, _ body: (ImageEntry) throws -> Void
    ) throws -> Int {
        var repeated = 0
        var previous: ImageEntry?
        while let entry = try next() {
            if let previous, previous.file == entry.file {
                guard previous.label == entry.label else {
                    throw DatasetError.twoLabels(entry.file)
                }
                repeated += 1
                continue
            }
            try body(entry)
            previous = entry
        }
        return repeated
    }

    /// Takes the least of the parts' next entries; of equal ones that of the earliest part.
    private static func least(of readers: inout [PartReader]) throws -> ImageEntry? {
        var best: Int?
        for place in readers.indices {
            guard let entry = readers[place].entry else { continue }
            if let now = best, let least = readers[now].entry, !(entry.file < least.file) {
                continue
            }
            best = place
        }
        guard let best, let entry = readers[best].entry else { return nil }
        try readers[best].advance()
        return entry
    }

    /// Sorts what is held; of two entries of one name, that which came first stays the first.
    private func sort() {
        let order = held.indices.sorted { a, b in
            let (first, second) = (held[a].file, held[b].file)
            return first == second ? a < b : first < second
        }
        held = order.map { held[$0] }
    }

    private func spill() throws(DatasetError) {
        guard !held.isEmpty else { return }
        sort()
        let part = "\(path).\(parts.count).sorted"
        parts.append(part)
        var writer = try ManifestWriter(path: part)
        for entry in held { try writer.append(entry) }
        _ = try writer.finish()
        held = []
        heldBytes = 0
    }
}

/// A sorted part, read entry by entry.
private struct PartReader {
    private let lines: LineReader
    private let path: String
    /// The next entry; nil at the end.
    var entry: ImageEntry?

    init(path: String) throws {
        self.path = path
        lines = try LineReader(path: Array(path.utf8), limit: ManifestLine.limit)
        try advance()
    }

    mutating func advance() throws {
        do {
            entry = try lines.next().map { try ManifestLine.parse($0) }
        } catch {
            throw DatasetError.unwritable(path, "it was damaged while it was in use: \(error)")
        }
    }
}
