import Foundation
import Glibc
import Synchronization
import TestSupport

/// Passes bytes between a client and a server of this machine, and breaks connections on demand.
final class FaultProxy: Sendable {
    enum Fault: Sendable {
        /// Resets the connection without passing the bytes on.
        case cut
        /// Passes the first bytes on, then resets the connection.
        case cutAfter(Int)
        /// Passes the request on, and loses the answer.
        case loseAnswer
        /// Answers in the server's place, and closes.
        case answer(String)
    }

    let port: Int
    private let listener: CInt
    private let server: Int
    /// Asked about each piece that a client sends; the text is its beginning.
    private let fault: @Sendable (String) -> Fault?
    private let limit: Int
    private let count = Mutex(0)

    /// Stands before the port `server`; after `faults` faults it makes no more.
    init(
        to server: Int, faults limit: Int, _ fault: @escaping @Sendable (String) -> Fault?
    ) throws {
        (listener, port) = try Loopback.listen()
        self.server = server
        self.limit = limit
        self.fault = fault
        Thread.detachNewThread { [weak self, listener] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0, let self else { return }
                Thread.detachNewThread { self.join(client) }
            }
        }
    }

    deinit {
        shutdown(listener, CInt(SHUT_RDWR))
        close(listener)
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// How many faults there were.
    var faults: Int { count.withLock { $0 } }

    private func join(_ client: CInt) {
        guard let server = try? Loopback.connect(port: server) else {
            close(client)
            return
        }
        let back = DispatchGroup()
        back.enter()
        let flag = Flag()
        Thread.detachNewThread {
            while true {
                let bytes = Loopback.receive(server)
                guard !bytes.isEmpty, !flag.isUp, Loopback.send(bytes, to: client) else { break }
            }
            shutdown(client, CInt(SHUT_RDWR))
            back.leave()
        }
        loop: while true {
            let bytes = Loopback.receive(client)
            guard !bytes.isEmpty else { break }
            switch next(bytes) {
            case nil:
                guard Loopback.send(bytes, to: server) else { break loop }
            case .cut:
                Loopback.reset(dup(client))
                break loop
            case .cutAfter(let length):
                Loopback.send(Array(bytes.prefix(length)), to: server)
                Loopback.reset(dup(client))
                break loop
            case .loseAnswer:
                flag.raise()
                guard Loopback.send(bytes, to: server) else { break loop }
            case .answer(let text):
                Loopback.send(Array(text.utf8), to: client)
                shutdown(client, CInt(SHUT_WR))
                while !Loopback.receive(client).isEmpty {}
                break loop
            }
        }
        shutdown(server, CInt(SHUT_RDWR))
        back.wait()
        close(server)
        close(client)
    }

    private func next(_ bytes: [UInt8]) -> Fault? {
        count.withLock { count in
            guard count < limit,
                let fault = fault(String(decoding: bytes.prefix(400), as: UTF8.self))
            else { return nil }
            count += 1
            return fault
        }
    }

    private final class Flag: Sendable {
        private let value = Atomic(false)
        var isUp: Bool { value.load(ordering: .acquiring) }
        func raise() { value.store(true, ordering: .releasing) }
    }
}
