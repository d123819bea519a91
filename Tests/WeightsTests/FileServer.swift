import Foundation
import Glibc
import PipelineCore
import Synchronization
import TestSupport

/// A web server with one file, which it serves as badly as it is told to.
final class FileServer: Sendable {
    /// What the server does with one request.
    enum Fault: Sendable {
        /// Closes after so many bytes of the file's.
        case cut(after: Int)
        /// Answers with this status, and these headers.
        case status(String, [String])
        /// Leads to this address.
        case redirect(String)
        /// Says that the file is as long as that.
        case claims(length: Int)
        /// Answers a request for a part with another part.
        case misplaced
        /// Says nothing more after so many bytes of the file's.
        case stall(after: Int)
        /// Sends so few bytes at a time, with a pause after each.
        case slow(piece: Int, pause: Duration)
    }

    private struct State {
        var content: [UInt8]
        var version: String?
        var faults: [Fault?]
        var requests: [String] = []
    }

    let port: Int
    private let servesParts: Bool
    private let listener: CInt
    private let state: Mutex<State>

    /// Serves `content`; of the first requests each meets a fault.
    convenience init(_ content: [UInt8], _ faults: Fault...) throws {
        try self.init(content, faults: faults)
    }

    /// Serves `content`; of the first requests each meets a fault, or nil.
    init(
        _ content: [UInt8], version: String? = "\"1\"", servesParts: Bool = true,
        faults: [Fault?]
    ) throws {
        (listener, port) = try Loopback.listen()
        self.servesParts = servesParts
        state = Mutex(State(content: content, version: version, faults: faults))
        Thread.detachNewThread { [weak self, listener] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0, let self else { return }
                Thread.detachNewThread { self.serve(connection) }
            }
        }
    }

    deinit {
        shutdown(listener, CInt(SHUT_RDWR))
        close(listener)
    }

    /// Where a file that should hold `content` is published.
    func url(of content: [UInt8]) -> String { "http://127.0.0.1:\(port)/\(name(of: content))" }

    /// What such a file is called.
    func name(of content: [UInt8]) -> String { "tiny-\(digits(of: content)).pth" }

    /// The digits that its publisher puts into its name.
    func digits(of content: [UInt8]) -> String {
        String(SHA256Digest(of: content).hex.prefix(8))
    }

    /// What was asked for: the `Range` and `If-Range` of each request, a dash for none.
    var ranges: [String] {
        state.withLock(\.requests).map { head in
            let values = ["range", "if-range"].compactMap { Self.value(of: $0, in: head) }
            return values.isEmpty ? "-" : values.joined(separator: " ")
        }
    }

    /// The first line of each request.
    var lines: [String] {
        state.withLock(\.requests).map { String($0.prefix { $0 != "\r\n" }) }
    }

    /// From now on the file is another.
    func publish(_ content: [UInt8], version: String?) {
        state.withLock { ($0.content, $0.version) = (content, version) }
    }

    private static func value(of name: String, in head: String) -> String? {
        head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name + ":") }
            .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
    }

    private func serve(_ connection: CInt) {
        defer { close(connection) }
        while let head = head(from: connection) {
            let (fault, content, version) = state.withLock { state in
                state.requests.append(head)
                let fault = state.faults.isEmpty ? nil : state.faults.removeFirst()
                return (fault, state.content, state.version)
            }
            guard answer(head, fault, content, version, connection) else { return }
        }
    }

    /// Answers a request; false when the connection is to be closed.
    private func answer(
        _ head: String, _ fault: Fault?, _ content: [UInt8], _ version: String?,
        _ connection: CInt
    ) -> Bool {
        switch fault {
        case .status(let status, let headers):
            return send(status, headers + ["Content-Length: 0"], [], connection)
        case .redirect(let location):
            return send(
                "302 Found", ["Location: \(location)", "Content-Length: 0"], [], connection)
        default: break
        }
        var start = 0
        var headers = version.map { ["ETag: \($0)"] } ?? []
        var status = "200 OK"
        if servesParts, let range = Self.value(of: "range", in: head),
            [nil, version].contains(Self.value(of: "if-range", in: head)),
            let first = Int(range.dropFirst("bytes=".count).prefix { $0 != "-" })
        {
            guard first < content.count else {
                let total = "Content-Range: bytes */\(content.count)"
                return send(
                    "416 Range Not Satisfiable", [total, "Content-Length: 0"], [], connection)
            }
            start = first
            if case .misplaced = fault { start = first / 2 }
            status = "206 Partial Content"
            headers.append("Content-Range: bytes \(start)-\(content.count - 1)/\(content.count)")
        }
        var body = Array(content[start...])
        var length = body.count
        if case .claims(let claimed) = fault { length = claimed }
        if case .cut(let count) = fault { body = Array(body.prefix(count)) }
        if case .stall(let count) = fault { body = Array(body.prefix(count)) }
        headers.append("Content-Length: \(length)")
        if case .stall = fault {
            guard send(status, headers, body, connection) else { return false }
            while !Loopback.receive(connection).isEmpty {}
            return false
        }
        guard case .slow(let piece, let pause) = fault else {
            return send(status, headers, body, connection) && body.count == length
        }
        guard send(status, headers, [], connection) else { return false }
        for first in stride(from: 0, to: body.count, by: piece) {
            guard Loopback.send(Array(body[first...].prefix(piece)), to: connection) else {
                return false
            }
            Thread.sleep(forTimeInterval: pause / .seconds(1))
        }
        return true
    }

    private func send(
        _ status: String, _ headers: [String], _ body: [UInt8], _ connection: CInt
    ) -> Bool {
        let head = (["HTTP/1.1 \(status)"] + headers).joined(separator: "\r\n") + "\r\n\r\n"
        return Loopback.send(Array(head.utf8) + body, to: connection)
    }

    private func head(from connection: CInt) -> String? {
        var text = ""
        while !text.hasSuffix("\r\n\r\n") {
            let bytes = Loopback.receive(connection)
            guard !bytes.isEmpty else { return nil }
            text += String(decoding: bytes, as: UTF8.self)
        }
        return text
    }
}
