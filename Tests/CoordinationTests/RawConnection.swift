import Foundation
import Glibc

/// A TCP connection that says exactly what it is told, right or wrong.
enum RawConnection {
    /// Sends `text` to a port of this machine, waits for `pause`, closes its sending side if `ends`
    /// says so, and returns all that comes back until the other side closes, or for `patience`.
    static func exchange(
        port: Int, _ text: String, pause: Duration = .zero, ends: Bool = false,
        patience: Duration = .seconds(10)
    ) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            // A thread of its own: it blocks, and the server needs the others.
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        try talk(port, text, pause: pause, ends: ends, patience: patience)
                    })
            }
        }
    }

    private static func talk(
        _ port: Int, _ text: String, pause: Duration, ends: Bool, patience: Duration
    ) throws -> String {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Trouble(call: "socket", code: errno) }
        defer { close(descriptor) }
        var wait = timeval(tv_sec: Int(patience / .seconds(1)), tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))

        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Trouble(call: "connect", code: errno) }

        let bytes = Array(text.utf8)
        guard send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count
        else { throw Trouble(call: "send", code: errno) }
        Thread.sleep(forTimeInterval: pause / .seconds(1))
        if ends { shutdown(descriptor, CInt(SHUT_WR)) }

        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        return String(decoding: answer, as: UTF8.self)
    }

    struct Trouble: Error {
        let call: String
        let code: CInt
    }
}
