import Glibc

/// Standard output: results, and nothing else.
enum StandardOutput {
    /// Writes all of `bytes`; throws ``OutputError``.
    static func write(_ bytes: [UInt8]) throws(OutputError) {
        try writeAll(bytes, to: STDOUT_FILENO)
    }

    /// Writes `text` and ends the line; throws ``OutputError``.
    static func print(_ text: String) throws(OutputError) {
        try write(Array(text.utf8) + (text.hasSuffix("\n") ? [] : [UInt8(ascii: "\n")]))
    }
}

/// Why something could not be written.
enum OutputError: Error, Equatable {
    /// Whoever read the output has left, such as `head`.
    case closed
    /// The system's error number.
    case failed(CInt)
}

/// Writes all of `bytes` to an open file.
func writeAll(_ bytes: [UInt8], to descriptor: CInt) throws(OutputError) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count >= 0 {
            rest = rest.dropFirst(count)
        } else if errno == EPIPE {
            throw .closed
        } else if errno != EINTR {
            throw .failed(errno)
        }
    }
}
