/// URLs spelt the one way that a signature can be computed over.
///
/// Every byte but letters, digits, `-`, `.`, `_` and `~` is percent-encoded, in paths also all but
/// `/`; query names are sorted, and each is followed by `=`. libcurl signs a URL as it is, and a
/// store signs what it makes of it: only in this spelling both are the same.
package enum CanonicalURL {
    /// The URL of `path` and `query` at a store that begins with `base`.
    package static func text(
        _ base: String, path: [[UInt8]], query: [(name: String, value: [UInt8])] = []
    ) -> String {
        var url = base
        for part in path { url += "/" + encoded(part, keepingSlashes: true) }
        let pairs = query.map { pair in
            (encoded(Array(pair.name.utf8)), encoded(pair.value))
        }
        for (place, pair) in pairs.sorted(by: { $0 < $1 }).enumerated() {
            url += (place == 0 ? "?" : "&") + pair.0 + "=" + pair.1
        }
        return url
    }

    /// `bytes` with all that is not unreserved written as `%HH`.
    static func encoded(_ bytes: [UInt8], keepingSlashes: Bool = false) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        for byte in bytes {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                output.append(byte)
            case 0x2F where keepingSlashes:
                output.append(byte)
            default:
                output += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// What ``encoded(_:keepingSlashes:)`` was given; nil where a `%` is not followed by two digits.
    static func decoded(_ text: some StringProtocol) -> [UInt8]? {
        var output: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == 0x25 else {
                output.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(value),
                let low = rest.popFirst().flatMap(value)
            else { return nil }
            output.append(high << 4 | low)
        }
        return output
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
}
