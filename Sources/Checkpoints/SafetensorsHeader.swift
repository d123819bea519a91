package import FoundationEssentials

/// The head of a safetensors file: which tensors it holds, and where.
///
/// The format is eight bytes of little-endian length, that much JSON, and the tensors' bytes:
/// https://huggingface.co/docs/safetensors. As in the reference implementation, the tensors fill
/// what follows the JSON without gap or overlap.
package struct SafetensorsHeader: Sendable, Equatable {
    /// One tensor's row.
    package struct Entry: Sendable, Equatable {
        package let name: String
        package let type: ElementType
        /// Extents, outermost first.
        package let shape: [Int]
        /// The tensor's bytes, counted from ``SafetensorsHeader/dataOffset``.
        package let range: Range<Int>
    }

    /// The longest JSON that is read; the reference's own limit.
    package static let maximumLength = 100_000_000
    /// The bytes in front of the JSON, which say how long it is.
    package static let prefixLength = 8

    /// In the order of their bytes.
    package let entries: [Entry]
    /// The file's free-form words about itself.
    package let metadata: [String: String]
    /// The byte of the file at which the tensors' bytes begin.
    package let dataOffset: Int

    /// The row of the tensor called `name`.
    package subscript(name: String) -> Entry? { entries.first { $0.name == name } }

    /// Reads the header of a file of `fileSize` bytes, of which `bytes` are all or the beginning.
    ///
    /// `path` is named in errors. Throws ``CheckpointError/truncated(path:detail:)``,
    /// ``CheckpointError/corrupt(path:detail:)`` or ``CheckpointError/unsupported(path:detail:)``.
    package init(
        parsing bytes: UnsafeRawBufferPointer, fileSize: Int, path: String
    ) throws(CheckpointError) {
        let length = try Self.length(prefix: bytes, fileSize: fileSize, path: path)
        guard length <= bytes.count - Self.prefixLength else {
            throw .truncated(
                path: path, detail: "of \(length) bytes of header \(bytes.count - 8) are there")
        }
        let json = [UInt8](bytes[Self.prefixLength..<Self.prefixLength + length])
        var parser = SafetensorsParser(json, path: path)
        try parser.parse()
        metadata = parser.metadata
        dataOffset = Self.prefixLength + length
        entries = try Self.checked(parser.entries, fill: fileSize - dataOffset, path: path)
    }

    /// Reads the header of a whole file held in memory.
    ///
    /// `path` is named in errors, which are those of ``init(parsing:fileSize:path:)``.
    package init(parsing data: Data, path: String) throws(CheckpointError) {
        self = try data.withUnsafeBytes { bytes in
            Result { () throws(CheckpointError) in
                try Self(parsing: bytes, fileSize: bytes.count, path: path)
            }
        }.get()
    }

    /// How many bytes of JSON follow the first eight, for those who read a file piece by piece.
    package static func length(
        prefix: UnsafeRawBufferPointer, fileSize: Int, path: String
    ) throws(CheckpointError) -> Int {
        guard prefix.count >= prefixLength, fileSize >= prefixLength else {
            throw .truncated(path: path, detail: "it has \(fileSize) bytes")
        }
        let stored = UInt64(littleEndian: prefix.loadUnaligned(as: UInt64.self))
        guard stored <= UInt64(maximumLength) else {
            throw .corrupt(path: path, detail: "its header claims \(stored) bytes")
        }
        guard Int(stored) <= fileSize - prefixLength else {
            throw .truncated(
                path: path, detail: "its header claims \(stored) of the file's \(fileSize) bytes")
        }
        return Int(stored)
    }

    /// `entries` in the order of their bytes, known to fill `size` bytes exactly.
    private static func checked(
        _ entries: [Entry], fill size: Int, path: String
    ) throws(CheckpointError) -> [Entry] {
        let order = entries.enumerated().sorted {
            let (a, b) = ($0.element.range, $1.element.range)
            return (a.lowerBound, a.upperBound, $0.offset) < (b.lowerBound, b.upperBound, $1.offset)
        }
        var end = 0
        for (_, entry) in order {
            guard entry.range.lowerBound == end else {
                throw .corrupt(
                    path: path,
                    detail: "tensor \(quoted(entry.name)) begins at byte "
                        + "\(entry.range.lowerBound), where the one before ends at \(end)")
            }
            guard byteCount(entry.shape, entry.type) == entry.range.count else {
                throw .corrupt(
                    path: path,
                    detail: "tensor \(quoted(entry.name)) of \(entry.type.safetensorsName) "
                        + "\(entry.shape) has \(entry.range.count) bytes")
            }
            end = entry.range.upperBound
        }
        guard end <= size else {
            throw .truncated(path: path, detail: "its tensors take \(end) bytes, \(size) are there")
        }
        guard end == size else {
            throw .corrupt(
                path: path, detail: "\(size - end) bytes after its tensors belong to none")
        }
        return order.map(\.element)
    }

    /// The bytes of a gapless tensor, or nil where that is no number.
    static func byteCount(_ shape: [Int], _ type: ElementType) -> Int? {
        guard shape.allSatisfy({ $0 >= 0 }) else { return nil }
        var bytes = type.size
        for size in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
            guard !overflow else { return nil }
            bytes = product
        }
        return bytes
    }

    /// Views of the entries in the file this header was read from.
    func tensors(in file: MappedFile) throws(CheckpointError) -> [Tensor] {
        var tensors: [Tensor] = []
        tensors.reserveCapacity(entries.count)
        for entry in entries {
            let start = dataOffset + entry.range.lowerBound
            let storage = try TensorStorage(
                file, type: entry.type, count: entry.range.count / entry.type.size,
                in: start..<start + entry.range.count)
            tensors.append(try Tensor(entry.name, shape: entry.shape, of: storage))
        }
        return tensors
    }
}
