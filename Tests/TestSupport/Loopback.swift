import Foundation
import Glibc

/// Sockets on this machine, plain and blocking.
package enum Loopback {
    /// A listening socket and its port.
    package static func listen() throws -> (socket: CInt, port: Int) {
        let (listener, port) = try refuse()
        guard Glibc.listen(listener, 64) == 0 else {
            defer { close(listener) }
            throw Trouble(call: "listen", code: errno)
        }
        return (listener, port)
    }

    /// A socket that keeps a port to itself and takes no connections there.
    package static func refuse() throws -> (socket: CInt, port: Int) {
        let keeper = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard keeper >= 0 else { throw Trouble(call: "socket", code: errno) }
        var address = address(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard bind(keeper, generic, length) == 0 else { return CInt(-1) }
                return getsockname(keeper, generic, &length)
            }
        }
        guard status == 0 else { throw Trouble(call: "bind", code: errno) }
        return (keeper, Int(in_port_t(bigEndian: address.sin_port)))
    }

    /// A connection to `port`.
    package static func connect(port: Int) throws -> CInt {
        let connection = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = address(port: port)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            close(connection)
            throw Trouble(call: "connect", code: errno)
        }
        return connection
    }

    /// The next bytes from `connection`; empty at its end.
    package static func receive(_ connection: CInt) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(connection, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : []
    }

    /// Sends all of `bytes`; false when the other side is gone.
    @discardableResult
    package static func send(_ bytes: [UInt8], to connection: CInt) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { all in
                Glibc.send(
                    connection, all.baseAddress.map { $0 + sent }, all.count - sent,
                    CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Closes `connection` the hard way, as a host that crashes does.
    package static func reset(_ connection: CInt) {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        close(connection)
    }

    private static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// A call of the system that failed.
    package struct Trouble: Error {
        /// Its name.
        package let call: String
        /// The system's error number.
        package let code: CInt
    }
}
