import Foundation
import Glibc
import Rehearsal
import TestSupport

/// A request as bytes, for what no well-behaved client sends, and its answer as it came.
struct RawRequest {
    let port: Int
    let token: String

    init(_ coordinator: RunningCoordinator, token: String = "") {
        port = coordinator.port
        self.token = token
    }

    /// An answer's first line and headers.
    struct Answer {
        let status: Int
        let headers: [String: String]
    }

    /// Sends a head and a body; with `isHalf`, closes the sending side at once.
    ///
    /// Nil where the connection ends without an answer.
    func send(
        _ line: String, headers: [String] = [], body: [UInt8] = [], isHalf: Bool = false
    ) throws -> Answer? {
        let socket = try Loopback.connect(port: port)
        defer { close(socket) }
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(
            socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let head = ["\(line) HTTP/1.1", "Host: 127.0.0.1", "Authorization: Bearer \(token)"]
        let text = (head + headers).joined(separator: "\r\n") + "\r\n\r\n"
        Loopback.send(Array(text.utf8) + body, to: socket)
        if isHalf { shutdown(socket, CInt(SHUT_WR)) }
        guard let (answer, _) = MessageReader(socket).next() else { return nil }
        let lines = String(decoding: answer, as: UTF8.self).components(separatedBy: "\r\n")
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] =
                line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        return status.map { Answer(status: $0, headers: headers) }
    }
}
