import Foundation
import Glibc
import PipelineCore
import Rehearsal
import TestSupport

extension Scenario {
    /// Requests without measure.
    static let oversized = [
        Scenario(
            id: "F29", fault: "a body of 10 GB, a million headers, 100 MB of nested JSON",
            expectation: "413, 431 or 400, in 32 MB of memory",
            promises: [8], limit: 900, play: overfeed)
    ]

    @Sendable
    private static func overfeed(_ trial: Trial) async throws {
        let coordinator = try await RunningCoordinator.start(over: trial.folder.file("data"))
        let use = ProcessUse(identifier: coordinator.identifier)
        func token(_ role: Role) throws -> String {
            let text = try String(contentsOfFile: coordinator.tokenFile(role), encoding: .utf8)
            return "Authorization: Bearer \(text.trimmingCharacters(in: .newlines))\r\n"
        }
        let huge = 10 << 30
        let nested = trial.pick(100_000_000, short: 4_000_000)
        let post = "POST /v1/leases HTTP/1.1\r\nHost: a\r\n\(try token(.worker))"
        let submit = "POST /v1/runs HTTP/1.1\r\nHost: a\r\n\(try token(.submitter))"
        let zeros = [UInt8](repeating: UInt8(ascii: " "), count: 64 << 10)
        let nests = [UInt8](repeating: UInt8(ascii: "["), count: 64 << 10)
        let objects = Array(String(repeating: #"{"a":"#, count: 13_000).utf8)
        let chunk = Array("10000\r\n".utf8) + zeros + Array("\r\n".utf8)
        let headers = Array(String(repeating: "a: b\r\n", count: 10_000).utf8)
        let tries: [(name: String, head: String, piece: [UInt8], size: Int, answers: Set<Int>)] = [
            ("a body of 10 GB", submit + "Content-Length: \(huge)\r\n\r\n", zeros, huge, [413]),
            ("one in chunks", submit + "Transfer-Encoding: chunked\r\n\r\n", chunk, huge, [413]),
            (
                "one without a token",
                "POST /v1/runs HTTP/1.1\r\nHost: a\r\nContent-Length: \(huge)\r\n\r\n", zeros, huge,
                [401, 413]
            ),
            (
                "one that nobody awaits",
                "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: \(huge)\r\n\r\n", zeros, huge,
                [200, 400, 413]
            ),
            (
                "a million headers", "GET /healthz HTTP/1.1\r\nHost: a\r\n", headers,
                1_000_000 * 6, [431, 400]
            ),
            (
                "a header without an end", "GET /healthz HTTP/1.1\r\nHost: a\r\nA: ", nests,
                nested, [431, 400]
            ),
            (
                "an address without an end", "GET /", nests, nested, [414, 431, 400]
            ),
            (
                "nested arrays", post + "Content-Length: \(nested)\r\n\r\n", nests, nested,
                [413, 400]
            ),
            (
                "nested objects", post + "Content-Length: \(nested)\r\n\r\n", objects, nested,
                [413, 400]
            ),
            (
                "nests below the limit", post + "Content-Length: 1000000\r\n\r\n", nests, 1_000_000,
                [400]
            ),
        ]
        for one in tries {
            use.forgetPeak()
            let resident = use.resident
            let (status, sent) = try Flood.send(
                one.head, one.piece, upTo: one.size, port: coordinator.port)
            let growth = use.peak - resident
            try trial.expect(
                status.map(one.answers.contains) ?? false,
                "\(one.name) is answered \(status.map { "\($0)" } ?? "with nothing"), "
                    + "after \(sent) bytes")
            try trial.expect(
                growth < 32 << 20, "\(one.name) takes \(growth >> 20) MiB, for \(sent) bytes sent")
            trial.count("floods refused")
            trial.count("KiB sent of \(one.name)", sent >> 10)
            trial.count("KiB grown", growth >> 10)
        }
        try await coordinator.stop()
    }
}

/// A request that goes on until it is answered.
private enum Flood {
    /// Sends `head`, then `piece` over and over up to `size` bytes; the answer's status, nil where
    /// the connection ends without one, and how many bytes were taken.
    static func send(
        _ head: String, _ piece: [UInt8], upTo size: Int, port: Int
    ) throws -> (status: Int?, sent: Int) {
        let socket = try Loopback.connect(port: port)
        defer { close(socket) }
        _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK)
        var answer: [UInt8] = []
        var (rest, sent) = (Array(head.utf8)[...], -head.utf8.count)
        let end = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < end {
            let wants = sent < size
            var entry = pollfd(
                fd: socket, events: Int16(POLLIN) | (wants ? Int16(POLLOUT) : 0), revents: 0)
            guard poll(&entry, 1, 1000) >= 0 else { break }
            if entry.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 {
                var buffer = [UInt8](repeating: 0, count: 4096)
                let count = recv(socket, &buffer, buffer.count, 0)
                if count <= 0 { break }
                answer += buffer[..<count]
                if let status = status(of: answer) { return (status, max(0, sent)) }
            }
            guard wants, entry.revents & Int16(POLLOUT) != 0 else { continue }
            if rest.isEmpty { rest = piece.prefix(size - sent) }
            let count = rest.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { continue }
            rest = rest.dropFirst(count)
            sent += count
        }
        return (status(of: answer), max(0, sent))
    }

    private static func status(of answer: [UInt8]) -> Int? {
        let line = String(decoding: answer.prefix(64), as: UTF8.self).split(separator: "\r\n").first
        guard let line, answer.count > 12 else { return nil }
        return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }
}
