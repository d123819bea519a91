import Foundation
import PipelineCore
import TestSupport
import Testing

@testable import Datasets
@testable import Transport

@Suite("Images on the web")
struct WebImagesTests {
    private static func images(attempts: Int = 3) throws -> WebImages {
        let here = try #require(AddressRange("127.0.0.0/8"))
        return WebImages(
            http: HTTPClient(
                timeouts: HTTPTimeouts(connect: .seconds(5), silence: .seconds(1)),
                network: NetworkGuard(allowing: [here])),
            retry: RetryPolicy(attempts: attempts, random: { 0 }, sleep: { _ in }))
    }

    private static func entry(_ url: String, _ bytes: [UInt8]? = nil) -> ImageEntry {
        ImageEntry(
            file: RelativePath(text: url), size: bytes?.count ?? 0,
            sha256: bytes.map { SHA256Digest(of: $0) }, isRemote: true)
    }

    private static func read(
        _ server: ScriptedServer, path: String = "/a.jpg", attempts: Int = 3
    ) async throws -> [UInt8] {
        try await images(attempts: attempts).read(
            entry(server.url + path), in: RelativePath(text: "/list.txt"))
    }

    @Test("are fetched, by way of where an answer sends")
    func fetched() async throws {
        let server = try ScriptedServer(
            .raw(ScriptedServer.answer("302 Found", headers: "Location: /b%20c.jpg")),
            .raw(ScriptedServer.answer("200 OK", "picture")))
        #expect(try await Self.read(server, path: "/äb.jpg") == Array("picture".utf8))
        #expect(
            server.requests.map { $0.split(separator: " ")[1] } == ["/%C3%A4b.jpg", "/b%20c.jpg"])
    }

    @Test("are asked for again where a connection is cut, silent or busy, and a length is a lie")
    func troubles() async throws {
        let replies: [ScriptedServer.Reply] = [
            .reset(after: 1),
            .last("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf a pict"),
            .raw(ScriptedServer.answer("503 Slow Down", headers: "Retry-After: 1")),
            .silence,
        ]
        for reply in replies {
            let server = try ScriptedServer(
                reply, .raw(ScriptedServer.answer("200 OK", "picture")))
            #expect(try await Self.read(server) == Array("picture".utf8), "\(reply)")
            #expect(server.requests.count == 2)
        }
    }

    @Test("say the same in the end, however often they were tried")
    func giveUp() async throws {
        let server = try ScriptedServer(
            .last("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"))
        let words = "its server was asked 3 times: the connection was not made, or broke"
        await #expect(throws: ImageSourceError.unreachable(words)) { try await Self.read(server) }
        #expect(server.requests.count == 3)
    }

    @Test(
        "are given up at once where asking again is no use",
        arguments: [
            ("404 Not Found", ImageSourceError.missing), ("410 Gone", .missing),
            ("403 Forbidden", .unreadable("its server refuses it with status 403")),
            ("401 Unauthorized", .unreadable("its server refuses it with status 401")),
        ])
    func refused(_ status: String, _ expected: ImageSourceError) async throws {
        let server = try ScriptedServer(.raw(ScriptedServer.answer(status)))
        await #expect(throws: expected) { try await Self.read(server) }
        #expect(server.requests.count == 1)
    }

    @Test("do not go round in circles")
    func circles() async throws {
        let server = try ScriptedServer(
            .raw(ScriptedServer.answer("302 Found", headers: "Location: /a.jpg")))
        await #expect(throws: ImageSourceError.self) { try await Self.read(server) }
        #expect(server.requests.count == 4)
    }

    @Test("are no larger than an image may be, whatever the answer says")
    func tooLarge() async throws {
        let server = try ScriptedServer(
            .last("HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\nbegin"))
        await #expect(throws: ImageSourceError.tooLarge) { try await Self.read(server) }
        #expect(server.requests.count == 1)
    }

    @Test("are fetched from public hosts only")
    func guarded() async throws {
        let server = try ScriptedServer(.raw(ScriptedServer.answer("200 OK", "secret")))
        let images = WebImages(network: NetworkGuard())
        await #expect(throws: ImageSourceError.notAllowed("127.0.0.1")) {
            try await images.read(
                Self.entry(server.url + "/a.jpg"), in: RelativePath(text: "/list.txt"))
        }
        #expect(server.connections == 0)
    }

    @Test("are those that the list describes, where it does")
    func changed() async throws {
        let server = try ScriptedServer(.raw(ScriptedServer.answer("200 OK", "picture")))
        let dataset = RelativePath(text: "/list.txt")
        let bytes = Array("picture".utf8)
        #expect(
            try await Self.images().read(Self.entry(server.url, bytes), in: dataset) == bytes)
        await #expect(throws: ImageSourceError.changed) {
            try await Self.images().read(
                Self.entry(server.url, Array("another".utf8)), in: dataset)
        }
    }
}
