import Foundation
import Glibc
import Synchronization

/// An HTTP server that answers one request after the other as it was told to.
package final class ScriptedServer: Sendable {
    /// What the server does with a request.
    package enum Reply: Sendable {
        /// Sends these bytes, and waits for the next request of the connection.
        case raw(String)
        /// Sends a body that need not be text, and waits for the next request of the connection.
        case body([UInt8])
        /// Sends these bytes, and closes.
        case last(String)
        /// Closes with a reset after so many bytes of the request, and answers nothing.
        case reset(after: Int)
        /// Says nothing until the client goes.
        case silence
    }

    private struct State {
        var replies: [Reply]
        var requests: [String] = []
        var connections = 0
    }

    /// Where it listens, on the loopback interface.
    package let port: Int
    private let listener: CInt
    private let state: Mutex<State>

    /// Gives `replies` in turn, and the last one again and again.
    package init(_ replies: Reply...) throws {
        (listener, port) = try Loopback.listen()
        state = Mutex(State(replies: replies))
        Thread.detachNewThread { [weak self, listener] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0, let self else { return }
                self.state.withLock { $0.connections += 1 }
                Thread.detachNewThread { self.serve(connection) }
            }
        }
    }

    deinit {
        shutdown(listener, CInt(SHUT_RDWR))
        close(listener)
    }

    /// The beginning of its URLs, without a `/` at the end.
    package var url: String { "http://127.0.0.1:\(port)" }
    /// What came in, heads and bodies.
    package var requests: [String] { state.withLock(\.requests) }
    /// How many connections were made.
    package var connections: Int { state.withLock(\.connections) }

    /// An answer whose body is `body`.
    package static func answer(
        _ status: String = "200 OK", _ body: String = "", headers: String...
    ) -> String {
        let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    private func serve(_ connection: CInt) {
        defer { close(connection) }
        while true {
            let reply = state.withLock { $0.replies[0] }
            if case .reset(let count) = reply {
                var received = 0
                while received < count {
                    let bytes = Loopback.receive(connection)
                    guard !bytes.isEmpty else { return }
                    received += bytes.count
                }
                next("cut")
                // The duplicate is closed in order after this one has reset the connection.
                return Loopback.reset(dup(connection))
            }
            guard let request = request(from: connection) else { return }
            next(request)
            switch reply {
            case .raw(let text): Loopback.send(Array(text.utf8), to: connection)
            case .body(let bytes):
                let head = "HTTP/1.1 200 OK\r\nContent-Length: \(bytes.count)\r\n\r\n"
                Loopback.send(Array(head.utf8) + bytes, to: connection)
            case .last(let text):
                Loopback.send(Array(text.utf8), to: connection)
                return
            case .silence: while !Loopback.receive(connection).isEmpty {}
            case .reset: return
            }
        }
    }

    private func next(_ request: String) {
        state.withLock { state in
            state.requests.append(request)
            if state.replies.count > 1 { state.replies.removeFirst() }
        }
    }

    /// One whole request; nil when the connection ends before.
    private func request(from connection: CInt) -> String? {
        var text = ""
        while true {
            if let end = text.range(of: "\r\n\r\n") {
                let length = text[..<end.lowerBound].lowercased().split(separator: "\r\n")
                    .first { $0.hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
                if text[end.upperBound...].utf8.count >= length ?? 0 { return text }
            }
            let bytes = Loopback.receive(connection)
            guard !bytes.isEmpty else { return nil }
            text += String(decoding: bytes, as: UTF8.self)
        }
    }
}
