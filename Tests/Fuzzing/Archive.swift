/// Archives and lists of which seeds are made.
enum Archive {
    /// One of two pictures and a label, the second under a long name, as GNU and pax write it.
    static let seeds: [[UInt8]] = [
        header("1.jpg", size: 3) + block("abc") + header("1.cls", size: 1) + block("7") + end,
        header("././@LongLink", size: 120, kind: "L") + block(long) + header("x", size: 1)
            + block("z") + end,
        header("x/PaxHeaders/2", size: 30, kind: "x") + block("30 path=x/y/another-name.png\n\n")
            + header("2.png", size: 0) + end,
    ]

    private static let long = String(repeating: "folder/", count: 16) + "name.jpg"
    private static let end = [UInt8](repeating: 0, count: 1024)

    private static func block(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        return bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
    }

    private static func header(_ name: String, size: Int, kind: Character = "0") -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8)
        }
        func octal(_ number: Int, digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        put(name, at: 0)
        put(octal(0o644, digits: 7), at: 100)
        put(octal(size, digits: 11), at: 124)
        put(String(kind), at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        let blanks = 8 * 0x20
        put(octal(header.reduce(blanks) { $0 + Int($1) }, digits: 6) + "\0 ", at: 148)
        return header
    }
}
