import Foundation
import Glibc

/// A TCP connection that says exactly what it is told, right or wrong.
enum RawConnection {
    /// How long to wait for an answer on a machine that is busy with hundreds of other tests.
    static let patience = Duration.seconds(120)

    /// Sends `text` to a port of this machine, waits for `pause`, closes its sending side if `ends`
    /// says so, and returns all that comes back until the other side closes, or for `patience`.
    static func exchange(
        port: Int, _ text: String, pause: Duration = .zero, ends: Bool = false,
        patience: Duration = patience
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
        let descriptor = try connection(to: port)
        defer { close(descriptor) }
        var wait = timeval(tv_sec: Int(patience / .seconds(1)), tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))

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

    /// Connects to whichever of this machine's own addresses 'localhost' was bound to.
    private static func connection(to port: Int) throws -> CInt {
        var hints = addrinfo()
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo("localhost", "\(port)", &hints, &found) == 0 else {
            throw Trouble(call: "getaddrinfo", code: errno)
        }
        defer { freeaddrinfo(found) }
        var code: CInt = 0
        for address in sequence(first: found, next: { $0?.pointee.ai_next }).compactMap(\.self) {
            let descriptor = socket(address.pointee.ai_family, address.pointee.ai_socktype, 0)
            guard descriptor >= 0 else { throw Trouble(call: "socket", code: errno) }
            if connect(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 {
                return descriptor
            }
            code = errno
            close(descriptor)
        }
        throw Trouble(call: "connect", code: code)
    }

    struct Trouble: Error {
        let call: String
        let code: CInt
    }
}
