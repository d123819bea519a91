/// The table of contents of a zip archive, read where every offset is checked.
///
/// Only what PyTorch writes is understood: entries stored as they are, in one file, with or without
/// zip64. Layout after PKWARE's APPNOTE 6.3, sections 4.3 and 4.5.
struct ZipDirectory {
    /// One entry's row in the central directory.
    private struct Entry {
        var flags: UInt16
        var method: UInt16
        var packedSize: Int
        var size: Int
        /// The byte of its local header.
        var header: Int
    }

    private let file: MappedFile
    private var entries: [String: Entry] = [:]
    /// In the directory's order.
    private(set) var names: [String] = []

    init(_ file: MappedFile) throws(CheckpointError) {
        self.file = file
        let directory = try ZipEnd(of: file)
        var reader = ByteReader(file, in: directory.place)
        for _ in 0..<directory.count { try readEntry(&reader) }
    }

    func contains(_ name: String) -> Bool { entries[name] != nil }

    /// Where the bytes of the entry called `name` lie in the file.
    func stored(_ name: String) throws(CheckpointError) -> Range<Int> {
        guard let entry = entries[name] else {
            throw .corrupt(path: file.path, detail: "its archive has no entry \(quoted(name))")
        }
        guard entry.method == 0, entry.flags & 0x41 == 0, entry.packedSize == entry.size else {
            throw .unsupported(
                path: file.path,
                detail: "the archive's entry \(quoted(name)) is compressed or encrypted")
        }
        var reader = ByteReader(file, in: entry.header..<Int.max)
        guard try reader.integer(UInt32.self, "a local header") == 0x0403_4B50 else {
            throw .corrupt(
                path: file.path, detail: "the archive's entry \(quoted(name)) has no header")
        }
        _ = try reader.skip(22, "a local header")
        let nameLength = Int(try reader.integer(UInt16.self, "a local header"))
        let extraLength = Int(try reader.integer(UInt16.self, "a local header"))
        guard try reader.text(nameLength, "an entry's name") == name else {
            throw .corrupt(
                path: file.path,
                detail: "the archive's entry \(quoted(name)) has another name in its header")
        }
        _ = try reader.skip(extraLength, "an entry's extra field")
        return try reader.skip(entry.size, "an archive's entry")
    }

    private mutating func readEntry(_ reader: inout ByteReader) throws(CheckpointError) {
        guard try reader.integer(UInt32.self, "the archive's directory") == 0x0201_4B50 else {
            throw .corrupt(path: file.path, detail: "its archive's directory has a broken row")
        }
        _ = try reader.skip(4, "a directory row")
        let flags = try reader.integer(UInt16.self, "a directory row")
        let method = try reader.integer(UInt16.self, "a directory row")
        _ = try reader.skip(8, "a directory row")
        let packedSize = try reader.integer(UInt32.self, "a directory row")
        let size = try reader.integer(UInt32.self, "a directory row")
        let nameLength = Int(try reader.integer(UInt16.self, "a directory row"))
        let extraLength = Int(try reader.integer(UInt16.self, "a directory row"))
        let commentLength = Int(try reader.integer(UInt16.self, "a directory row"))
        _ = try reader.skip(8, "a directory row")
        let header = try reader.integer(UInt32.self, "a directory row")
        let name = try reader.text(nameLength, "an entry's name")
        let extra = try reader.skip(extraLength, "an entry's extra field")
        _ = try reader.skip(commentLength, "an entry's comment")

        var wide = try zip64Field(of: ByteReader(file, in: extra))
        let fullSize = try Self.widen(size, from: &wide)
        let fullPackedSize = try Self.widen(packedSize, from: &wide)
        let entry = Entry(
            flags: flags, method: method, packedSize: fullPackedSize, size: fullSize,
            header: try Self.widen(header, from: &wide))
        guard entries.updateValue(entry, forKey: name) == nil else {
            throw .corrupt(path: file.path, detail: "its archive holds \(quoted(name)) twice")
        }
        names.append(name)
    }

    /// The part of an extra field that holds what does not fit into 32 bits; empty if there is none.
    private func zip64Field(of extra: ByteReader) throws(CheckpointError) -> ByteReader {
        var extra = extra
        // PyTorch pads the field with bytes that need not form a record, so a remainder is no error.
        while extra.remaining >= 4 {
            let identifier = try extra.integer(UInt16.self, "an extra field")
            let size = Int(try extra.integer(UInt16.self, "an extra field"))
            guard size <= extra.remaining else { break }
            let place = try extra.skip(size, "an extra field")
            if identifier == 1 { return ByteReader(file, in: place) }
        }
        return ByteReader(file, in: 0..<0)
    }

    /// A 32-bit field's value, or the 64-bit one it defers to by having all bits set.
    private static func widen(
        _ value: UInt32, from wide: inout ByteReader
    ) throws(CheckpointError) -> Int {
        value == .max ? try wide.length("an entry's zip64 field") : Int(value)
    }
}
