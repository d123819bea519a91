/// Zip files without compression, as a wheel may be.
enum StoredZip {
    /// An archive of `members`, in their order.
    static func archive(_ members: [(name: String, content: [UInt8])]) -> [UInt8] {
        var (files, directory): ([UInt8], [UInt8]) = ([], [])
        for (name, content) in members {
            let facts =
                little(20, 2) + little(0, 2) + little(0, 2) + little(0, 4)
                + little(crc32(content), 4) + little(UInt32(content.count), 4)
                + little(UInt32(content.count), 4) + little(UInt32(name.utf8.count), 2)
                + little(0, 2)
            directory += little(0x0201_4B50, 4) + little(20, 2) + facts
            directory += little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4)
            directory += little(UInt32(files.count), 4) + Array(name.utf8)
            files += little(0x0403_4B50, 4) + facts + Array(name.utf8) + content
        }
        let count = little(UInt32(members.count), 2)
        return files + directory + little(0x0605_4B50, 4) + little(0, 4) + count + count
            + little(UInt32(directory.count), 4) + little(UInt32(files.count), 4) + little(0, 2)
    }

    private static func little(_ value: UInt32, _ bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }

    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in
                crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1
            }
        }
    }
}
