import Glibc
import TestSupport

/// Takes HTTP/1.1 messages off a connection, one by one.
final class MessageReader {
    private let socket: CInt
    private var pending: [UInt8] = []

    init(_ socket: CInt) { self.socket = socket }

    /// The next message's head, with the empty line, and its body as it was sent; nil at the end.
    func next() -> (head: [UInt8], body: [UInt8])? {
        guard let length = find([13, 10, 13, 10], from: 0) else { return nil }
        let head = take(length)
        let lines = String(decoding: head, as: UTF8.self).lowercased().split(separator: "\r\n")
        if lines.contains(where: { $0.hasPrefix("transfer-encoding:") && $0.contains("chunked") }) {
            return chunks().map { (head, $0) }
        }
        let size =
            lines.first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst("content-length:".count).filter { $0 != " " }) } ?? 0
        while pending.count < size { guard more() else { return nil } }
        return (head, take(size))
    }

    /// A chunked body, up to and with its last chunk; no trailers are sent here.
    private func chunks() -> [UInt8]? {
        var body: [UInt8] = []
        while true {
            guard let end = find([13, 10], from: 0) else { return nil }
            let line = take(end)
            let digits = String(decoding: line.prefix { $0 != 13 && $0 != 59 }, as: UTF8.self)
            guard let size = Int(digits, radix: 16) else { return nil }
            while pending.count < size + 2 { guard more() else { return nil } }
            body += line + take(size + 2)
            if size == 0 { return body }
        }
    }

    /// Where `mark` ends, once it has arrived.
    private func find(_ mark: [UInt8], from start: Int) -> Int? {
        var start = start
        while true {
            while start + mark.count <= pending.count {
                if pending[start..<start + mark.count].elementsEqual(mark) {
                    return start + mark.count
                }
                start += 1
            }
            guard more() else { return nil }
        }
    }

    private func take(_ count: Int) -> [UInt8] {
        defer { pending.removeFirst(count) }
        return Array(pending.prefix(count))
    }

    private func more() -> Bool {
        let bytes = Loopback.receive(socket)
        pending += bytes
        return !bytes.isEmpty
    }
}
