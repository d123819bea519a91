import Foundation
import Glibc
import Synchronization
import TestSupport

/// Stands before a coordinator and knows where a request ends: it can hold one, send it twice, lose
/// its answer or deliver it when its sender has long given up.
final class RequestProxy: Sendable {
    /// What becomes of a request.
    enum Fate: Sendable {
        case pass
        /// It arrives later, and its sender waits.
        case hold(Duration)
        /// It arrives so many times, one after the other; the sender hears the last answer.
        case replay(Int)
        /// It arrives, and so many times again; the sender hears the first answer.
        case echo(Int)
        /// It arrives, and its answer does not.
        case loseAnswer
        /// Its sender sees a broken connection at once, and it arrives later.
        case straggle(Duration)
        /// It never arrives, and this is answered for it.
        case answer([UInt8])
        /// Only so many bytes of its body arrive, and pass for all of it.
        case shorten(to: Int)
        /// Only its first bytes arrive, and then the connection breaks.
        case cut(after: Int)
    }

    /// A request as far as its fate may depend on it.
    struct Request: Sendable {
        let method: String
        let path: String
    }

    let port: Int
    private let listener: CInt
    private let server: Int
    private let decide: @Sendable (Request) -> Fate
    private let count = Mutex(0)

    /// Stands before the port `server` of this machine.
    init(to server: Int, _ decide: @escaping @Sendable (Request) -> Fate) throws {
        (listener, port) = try Loopback.listen()
        self.server = server
        self.decide = decide
        Thread.detachNewThread { [weak self, listener] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0, let self else { return }
                Thread.detachNewThread { self.serve(client) }
            }
        }
    }

    deinit {
        shutdown(listener, CInt(SHUT_RDWR))
        close(listener)
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// How many requests did not simply pass.
    var faults: Int { count.withLock(\.self) }

    /// One connection of a client, request by request.
    private func serve(_ client: CInt) {
        defer { close(client) }
        let incoming = MessageReader(client)
        var upstream: Upstream?
        while let (head, body) = incoming.next() {
            let words = head.prefix { $0 != 13 }.split(separator: UInt8(ascii: " "))
            guard words.count >= 2 else { return }
            let whole = head + body
            let fate = decide(
                Request(
                    method: String(decoding: words[0], as: UTF8.self),
                    path: String(decoding: words[1], as: UTF8.self)))
            if case .pass = fate {} else { count.withLock { $0 += 1 } }
            var message = whole
            if case .shorten(let length) = fate {
                message = Self.head(head, announcing: min(length, body.count)) + body.prefix(length)
            }
            switch fate {
            case .pass, .echo, .shorten: break
            case .hold(let time): Self.sleep(time)
            case .replay(let times):
                for _ in 1..<times { _ = Upstream(server)?.exchange(message) }
            case .answer(let bytes):
                guard Loopback.send(bytes, to: client) else { return }
                continue
            case .loseAnswer:
                _ = Upstream(server)?.exchange(message)
                return Loopback.reset(dup(client))
            case .straggle(let time):
                let server = server
                Thread.detachNewThread {
                    Self.sleep(time)
                    _ = Upstream(server)?.exchange(whole)
                }
                return Loopback.reset(dup(client))
            case .cut(let length):
                Upstream(server)?.send(Array(message.prefix(length)))
                return Loopback.reset(dup(client))
            }
            // A connection that the server has closed meanwhile gets a successor.
            var answer = upstream?.exchange(message)
            if answer == nil {
                upstream = Upstream(server)
                answer = upstream?.exchange(message)
            }
            if case .echo(let times) = fate {
                for _ in 0..<times { _ = Upstream(server)?.exchange(message) }
            }
            guard let answer, Loopback.send(answer, to: client) else { return }
        }
    }

    /// A request's head with another length of its body.
    private static func head(_ head: [UInt8], announcing length: Int) -> [UInt8] {
        let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
        let name = "content-length:"
        return Array(
            lines.map { $0.lowercased().hasPrefix(name) ? "\(name) \(length)" : $0 }
                .joined(separator: "\r\n").utf8)
    }

    private static func sleep(_ time: Duration) {
        usleep(UInt32(clamping: Int(time / .microseconds(1))))
    }
}

/// A connection to the server.
private final class Upstream {
    private let socket: CInt
    private let incoming: MessageReader

    init?(_ port: Int) {
        guard let socket = try? Loopback.connect(port: port) else { return nil }
        self.socket = socket
        incoming = MessageReader(socket)
    }

    deinit { close(socket) }

    func send(_ bytes: [UInt8]) { Loopback.send(bytes, to: socket) }

    /// Sends a request, and gives its answer; nil when the connection ends before.
    func exchange(_ message: [UInt8]) -> [UInt8]? {
        guard Loopback.send(message, to: socket), let (head, body) = incoming.next() else {
            return nil
        }
        return head + body
    }
}
