/// What the end of a zip archive says about its directory.
struct ZipEnd {
    /// The directory's rows.
    let count: Int
    /// Where in the file the directory lies.
    let place: Range<Int>

    private static let size = 22
    private static let longestComment = 0xFFFF

    init(of file: MappedFile) throws(CheckpointError) {
        guard let end = Self.find(in: file) else {
            throw .truncated(path: file.path, detail: "the end of its zip archive is missing")
        }
        var reader = ByteReader(file, in: end + 4..<file.bytes.count)
        let disks = try reader.integer(UInt32.self, "the archive's end")
        let rowsHere = try reader.integer(UInt16.self, "the archive's end")
        let rows = try reader.integer(UInt16.self, "the archive's end")
        let size = try reader.integer(UInt32.self, "the archive's end")
        let start = try reader.integer(UInt32.self, "the archive's end")
        guard disks == 0, rowsHere == rows else {
            throw .unsupported(path: file.path, detail: "its archive is spread over several files")
        }
        var wide: (rows: Int, size: Int, start: Int) = (Int(rows), Int(size), Int(start))
        if rows == .max || size == .max || start == .max {
            wide = try Self.zip64(file, before: end)
        }
        guard wide.size <= end, wide.start <= end - wide.size, wide.rows <= wide.size / 46 else {
            throw .corrupt(
                path: file.path,
                detail: "its archive's directory of \(wide.rows) entries and \(wide.size) bytes "
                    + "at byte \(wide.start) does not fit")
        }
        count = wide.rows
        place = wide.start..<wide.start + wide.size
    }

    /// The last place whose comment reaches exactly to the end of the file.
    private static func find(in file: MappedFile) -> Int? {
        let count = file.bytes.count
        var place = count - size
        while place >= max(0, count - size - longestComment) {
            if ByteReader.file(file, has: [0x50, 0x4B, 0x05, 0x06], at: place) {
                let low = Int(file.bytes[place + 20])
                let high = Int(file.bytes[place + 21])
                if place + size + low + high << 8 == count { return place }
            }
            place -= 1
        }
        return nil
    }

    /// The zip64 record's figures, found through the locator right in front of the archive's end.
    private static func zip64(
        _ file: MappedFile, before end: Int
    ) throws(CheckpointError) -> (rows: Int, size: Int, start: Int) {
        guard end >= 20 else {
            throw .corrupt(path: file.path, detail: "its archive's zip64 locator is missing")
        }
        var locator = ByteReader(file, in: end - 20..<end)
        guard try locator.integer(UInt32.self, "the zip64 locator") == 0x0706_4B50 else {
            throw .corrupt(path: file.path, detail: "its archive's zip64 locator is missing")
        }
        _ = try locator.skip(4, "the zip64 locator")
        let place = try locator.length("the zip64 locator")
        guard place <= end else {
            throw .corrupt(path: file.path, detail: "its archive's zip64 record is missing")
        }
        var record = ByteReader(file, in: place..<end)
        guard try record.integer(UInt32.self, "the zip64 record") == 0x0606_4B50 else {
            throw .corrupt(path: file.path, detail: "its archive's zip64 record is missing")
        }
        _ = try record.skip(28, "the zip64 record")
        let rows = try record.length("the zip64 record")
        let size = try record.length("the zip64 record")
        let start = try record.length("the zip64 record")
        return (rows, size, start)
    }
}
