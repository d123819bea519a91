/// Puts checkpoint files together byte by byte, sound ones and others.
enum Assembly {
    static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { [UInt8]($0) }
    }

    static func little(_ floats: [Float]) -> [UInt8] {
        floats.flatMap { little($0.bitPattern) }
    }

    /// A safetensors file of this JSON and data.
    static func safetensors(_ json: String, data: [UInt8] = []) -> [UInt8] {
        little(UInt64(json.utf8.count)) + Array(json.utf8) + data
    }

    /// The five pickles of the old format around `object`, then the storages.
    static func legacy(
        _ object: [UInt8], storages: [(key: String, floats: [Float])] = [],
        littleEndian: Bool = true
    ) -> [UInt8] {
        let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
        let facts =
            Pickle.emptyDict + Pickle.text("little_endian") + Pickle.bool(littleEndian)
            + Pickle.setItem
        let keys =
            Pickle.emptyList + Pickle.mark + storages.flatMap { Pickle.text($0.key) }
            + Pickle.appends
        return Pickle.whole([0x8A, 10] + magic) + Pickle.whole(Pickle.integer(1001))
            + Pickle.whole(facts) + Pickle.whole(object) + Pickle.whole(keys)
            + storages.flatMap { little(UInt64($0.floats.count)) + little($0.floats) }
    }

    /// The new format around `object`, with the storages as entries.
    static func archive(
        _ object: [UInt8], storages: [(key: String, floats: [Float])] = [],
        also: [ZipEntry] = []
    ) -> [UInt8] {
        zip(
            [ZipEntry("archive/data.pkl", Pickle.whole(object))]
                + storages.map { ZipEntry("archive/data/\($0.key)", little($0.floats)) } + also)
    }

    struct ZipEntry {
        let name: String
        let bytes: [UInt8]
        var method: UInt16 = 0
        /// The name in the local header, where it differs.
        var localName: String?

        init(_ name: String, _ bytes: [UInt8], method: UInt16 = 0, localName: String? = nil) {
            self.name = name
            self.bytes = bytes
            self.method = method
            self.localName = localName
        }
    }

    /// A zip archive; with `wide`, one whose sizes and offsets are all in zip64 records.
    static func zip(_ entries: [ZipEntry], wide: Bool = false, comment: String = "") -> [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        let saturated = little(UInt32.max)
        for entry in entries {
            let header = file.count
            let name = Array((entry.localName ?? entry.name).utf8)
            let size = little(UInt32(entry.bytes.count))
            file += little(UInt32(0x0403_4B50)) + little(UInt16(20)) + little(UInt16(0))
            file += little(entry.method) + little(UInt64(0)) + size + size
            file += little(UInt16(name.count)) + little(UInt16(5)) + name + [0x46, 0x42, 1, 0, 0]
            file += entry.bytes
            let extra =
                wide
                ? little(UInt16(0xCAFE)) + little(UInt16(2)) + [9, 9]
                    + little(UInt16(1)) + little(UInt16(24))
                    + little(UInt64(entry.bytes.count)) + little(UInt64(entry.bytes.count))
                    + little(UInt64(header)) : []
            directory += little(UInt32(0x0201_4B50)) + little(UInt32(0)) + little(UInt16(0))
            directory += little(entry.method) + little(UInt64(0))
            directory += wide ? saturated + saturated : size + size
            directory += little(UInt16(entry.name.utf8.count)) + little(UInt16(extra.count))
            directory += little(UInt16(0)) + little(UInt64(0))
            directory += (wide ? saturated : little(UInt32(header))) + Array(entry.name.utf8)
            directory += extra
        }
        let start = file.count
        file += directory
        if wide {
            let record = file.count
            file += little(UInt32(0x0606_4B50)) + little(UInt64(44)) + little(UInt32(0))
            file += little(UInt64(0)) + little(UInt64(entries.count))
            file += little(UInt64(entries.count)) + little(UInt64(directory.count))
            file += little(UInt64(start))
            file += little(UInt32(0x0706_4B50)) + little(UInt32(0)) + little(UInt64(record))
            file += little(UInt32(1))
        }
        let rows = little(wide ? UInt16.max : UInt16(entries.count))
        file += little(UInt32(0x0605_4B50)) + little(UInt32(0)) + rows + rows
        file += wide ? saturated : little(UInt32(directory.count))
        file += wide ? saturated : little(UInt32(start))
        return file + little(UInt16(comment.utf8.count)) + Array(comment.utf8)
    }
}

/// Pickle instructions as bytes.
enum Pickle {
    static let mark: [UInt8] = [0x28]
    static let tuple: [UInt8] = [0x74]
    static let emptyTuple: [UInt8] = [0x29]
    static let emptyList: [UInt8] = [0x5D]
    static let emptyDict: [UInt8] = [0x7D]
    static let append: [UInt8] = [0x61]
    static let appends: [UInt8] = [0x65]
    static let setItem: [UInt8] = [0x73]
    static let setItems: [UInt8] = [0x75]
    static let reduce: [UInt8] = [0x52]
    static let build: [UInt8] = [0x62]
    static let none: [UInt8] = [0x4E]
    static let persistent: [UInt8] = [0x51]

    /// Protocol 2, `body`, and the end.
    static func whole(_ body: [UInt8]) -> [UInt8] { [0x80, 2] + body + [0x2E] }

    static func bool(_ value: Bool) -> [UInt8] { [value ? 0x88 : 0x89] }

    static func integer(_ value: Int) -> [UInt8] { [0x8A, 8] + Assembly.little(Int64(value)) }

    static func text(_ text: String) -> [UInt8] {
        [0x58] + Assembly.little(UInt32(text.utf8.count)) + Array(text.utf8)
    }

    static func global(_ module: String, _ name: String) -> [UInt8] {
        [0x63] + Array("\(module)\n\(name)\n".utf8)
    }

    static func put(_ slot: UInt8) -> [UInt8] { [0x71, slot] }

    static func get(_ slot: UInt8) -> [UInt8] { [0x68, slot] }

    static func tuple(_ items: [[UInt8]]) -> [UInt8] { mark + items.flatMap(\.self) + tuple }

    static func integers(_ values: [Int]) -> [UInt8] { tuple(values.map(integer)) }

    static func dictionary(_ items: [(String, [UInt8])]) -> [UInt8] {
        emptyDict + mark + items.flatMap { text($0.0) + $0.1 } + setItems
    }

    static func storage(
        _ key: String, count: Int, type: String = "FloatStorage", view: [UInt8]? = nil
    ) -> [UInt8] {
        tuple(
            [text("storage"), global("torch", type), text(key), text("cpu"), integer(count)]
                + (view.map { [$0] } ?? []))
            + persistent
    }

    static func tensor(
        _ storage: [UInt8], offset: Int = 0, shape: [Int], strides: [Int], also: [[UInt8]] = []
    ) -> [UInt8] {
        global("torch._utils", "_rebuild_tensor_v2")
            + tuple(
                [
                    storage, integer(offset), integers(shape), integers(strides), bool(false),
                    global("collections", "OrderedDict") + emptyTuple + reduce,
                ] + also)
            + reduce
    }
}
