import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Transport

@Suite("A streamed answer")
struct HTTPStreamTests {
    let client = HTTPClient(timeouts: HTTPTimeouts(connect: .seconds(2), silence: .seconds(1)))
    /// More than the sockets and the flow between them can hold.
    let long = String(repeating: "0123456789abcdef", count: 1 << 20)

    @Test("arrives whole and in order, however slow its reader")
    func slowReader() async throws {
        let server = try ScriptedServer(.raw(ScriptedServer.answer("200 OK", long)))
        var received: [UInt8] = []
        let answer = try await client.stream(HTTPRequest(.get, server.url, deadline: nil)) {
            // Once for longer than the client allows a server to be silent.
            if received.isEmpty { try await Task.sleep(for: .milliseconds(1500)) }
            received += $0
        }

        #expect(answer.status == 200)
        #expect(answer.body.isEmpty)
        #expect(received == Array(long.utf8))
    }

    @Test("keeps no more in memory than its reader can take")
    func backpressure() throws {
        let flow = ChunkFlow()
        let piece = [UInt8](repeating: 1, count: ChunkFlow.capacity / 4)
        let taken = piece.withUnsafeBytes { bytes in (0..<8).count { _ in flow.offer(bytes) } }

        #expect(taken == 4)
        #expect(!flow.consumed(piece.count))
        #expect(flow.consumed(piece.count), "with half of it read, the transfer goes on")
        #expect(piece.withUnsafeBytes(flow.offer))
    }

    @Test("takes a piece that is larger than all the room there is")
    func largePiece() {
        let piece = [UInt8](repeating: 1, count: ChunkFlow.capacity * 2)
        #expect(piece.withUnsafeBytes(ChunkFlow().offer))
    }

    @Test("is kept apart from an error's body")
    func error() async throws {
        let server = try ScriptedServer(.raw(ScriptedServer.answer("409 Conflict", "not yet")))
        var pieces = 0
        let answer = try await client.stream(HTTPRequest(.get, server.url)) { _ in pieces += 1 }

        #expect(pieces == 0)
        #expect(answer.status == 409)
        #expect(String(decoding: answer.body, as: UTF8.self) == "not yet")
    }

    @Test("tells its status and headers before its first piece")
    func head() async throws {
        let server = try ScriptedServer(
            .raw(ScriptedServer.answer("206 Partial Content", "part", headers: "ETag: \"a\"")))
        var told: [String] = []
        _ = try await client.stream(HTTPRequest(.get, server.url)) { head in
            told.append("\(head.status) \(head.headers["etag"] ?? "")")
        } to: { piece in
            told.append(String(decoding: piece, as: UTF8.self))
        }

        #expect(told == ["206 \"a\"", "part"])
    }

    @Test("ends with its reader's error")
    func readerFails() async throws {
        struct Full: Error {}
        let server = try ScriptedServer(.raw(ScriptedServer.answer("200 OK", long)))
        await #expect(throws: Full.self) {
            try await client.stream(HTTPRequest(.get, server.url)) { _ in throw Full() }
        }
    }

    @Test("that breaks off is an error")
    func cut() async throws {
        let server = try ScriptedServer(.last("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"))
        let error = await #expect(throws: HTTPError.self) {
            try await client.stream(HTTPRequest(.get, server.url)) { _ in }
        }
        #expect(error?.isTransient == true)
    }
}
