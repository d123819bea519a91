/// What an answer says of the part of a file that it holds: `bytes 100-199/200`.
struct ContentRange: Equatable {
    /// The offset of the part's first byte; nil where the answer holds no part, as a 416 does.
    let start: Int?
    /// The file's size in bytes; nil where the server does not know it.
    let total: Int?

    /// Reads the header; nil where it is missing or makes no sense.
    init?(_ text: String?) {
        guard let text, text.lowercased().hasPrefix("bytes ") else { return nil }
        let halves = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        guard halves[1] == "*" || Self.number(halves[1]) != nil else { return nil }
        total = Self.number(halves[1])
        if halves[0] == "*" {
            start = nil
            return
        }
        let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]),
            first <= last, last < total ?? .max
        else { return nil }
        start = first
    }

    private static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }
}
