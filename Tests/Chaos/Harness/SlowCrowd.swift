import Foundation
import Glibc
import TestSupport

/// Connections that send a byte now and then, or read none.
final class SlowCrowd {
    /// What a slow client is slow in.
    private enum Kind: Int { case head, body, reader, nextHead }

    private struct Client {
        let socket: CInt
        let kind: Kind
        var pending: [UInt8]
    }

    private var clients: [Client] = []
    private var next = ContinuousClock.now

    /// How many are connected, but for those that read nothing: behind what they have not read, the
    /// end of the connection does not reach them.
    var left: Int { clients.count { $0.kind != .reader } }

    /// Which are connected, in words.
    var words: String {
        let kinds = Dictionary(grouping: clients, by: \.kind)
        return kinds.map { "\($1.count) of kind \($0)" }.sorted().joined(separator: ", ")
    }

    /// Connects `count` clients of the first `kinds` kinds; every other body has a token.
    init(_ count: Int, to address: String, port: Int, token: String, kinds: Int) throws {
        for index in 0..<count {
            let kind = Kind(rawValue: index % kinds) ?? .head
            let who = index % 8 < 4 ? "Authorization: Bearer \(token)\r\n" : ""
            let lease = "POST /v1/leases HTTP/1.1\r\nHost: a\r\n\(who)"
            let health = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
            let text =
                switch kind {
                case .head: lease + String(repeating: "X-More: a\r\n", count: 80)
                case .body: lease + "Content-Length: 60000\r\n\r\n"
                case .reader: String(repeating: health, count: 400)
                case .nextHead: health + lease + String(repeating: "X-More: a\r\n", count: 80)
                }
            // Heads are dribbled after their first line, the others sent up to what they are slow in.
            let sent =
                switch kind {
                case .head: 24
                case .nextHead: health.utf8.count + 24
                case .body, .reader: text.utf8.count
                }
            guard let socket = Self.connect(to: address, port: port, narrow: kind == .reader)
            else { continue }
            Loopback.send(Array(text.utf8.prefix(sent)), to: socket)
            clients.append(
                Client(
                    socket: socket, kind: kind,
                    pending: Array(text.utf8.dropFirst(sent))))
        }
    }

    deinit { for client in clients { close(client.socket) } }

    /// Lets go of those that were closed, and once in two seconds has each say a byte.
    func step() throws {
        let speaks = ContinuousClock.now >= next
        if speaks { next = .now + .seconds(2) }
        var rest: [Client] = []
        for var client in clients {
            if isClosed(client) {
                close(client.socket)
                continue
            }
            if speaks, client.kind != .reader {
                let byte = client.pending.isEmpty ? UInt8(ascii: " ") : client.pending.removeFirst()
                _ = send(client.socket, [byte], 1, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
            }
            rest.append(client)
        }
        clients = rest
    }

    /// Whether the other side has hung up, however much of its answers lies unread.
    private func isClosed(_ client: Client) -> Bool {
        // `POLLRDHUP` of Linux, which Swift's view of the C library leaves out.
        let hangUp = Int16(0x2000)
        var entry = pollfd(fd: client.socket, events: hangUp, revents: 0)
        return poll(&entry, 1, 0) > 0
            && entry.revents & (hangUp | Int16(POLLHUP) | Int16(POLLERR)) != 0
    }

    private static func connect(to address: String, port: Int, narrow: Bool) -> CInt? {
        let connection = socket(
            AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        if narrow {
            var size: CInt = 1024
            setsockopt(connection, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        }
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = in_port_t(port).bigEndian
        inet_pton(AF_INET, address, &target.sin_addr)
        let status = withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            close(connection)
            return nil
        }
        return connection
    }

    /// An address of this machine that is no loopback one; nil where there is none.
    static var ownAddress: String? {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return nil }
        defer { freeifaddrs(list) }
        var entry = list
        while let one = entry?.pointee {
            entry = one.ifa_next
            guard let address = one.ifa_addr, address.pointee.sa_family == sa_family_t(AF_INET),
                one.ifa_flags & UInt32(IFF_LOOPBACK) == 0
            else { continue }
            var text = [CChar](repeating: 0, count: Int(INET_ADDRSTRLEN))
            address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { ours in
                var number = ours.pointee.sin_addr
                inet_ntop(AF_INET, &number, &text, socklen_t(text.count))
            }
            return String(
                decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        return nil
    }
}
