import Foundation
import Glibc
import TestSupport
import Testing

@testable import Transport

@Suite("An HTTP client")
struct HTTPClientTests {
    let client = HTTPClient(timeouts: HTTPTimeouts(connect: .seconds(2), silence: .seconds(1)))

    @Test("gives status, headers and body, whatever the status")
    func answer() async throws {
        let server = try ScriptedServer(
            .raw(ScriptedServer.answer("404 Not Found", "nothing", headers: "Retry-After: 7")))
        let answer = try await client.send(HTTPRequest(.get, server.url + "/a"))

        #expect(answer.status == 404)
        #expect(!answer.isSuccess)
        #expect(String(decoding: answer.body, as: UTF8.self) == "nothing")
        #expect(answer.retryAfter() == .seconds(7))
        #expect(server.requests.first?.hasPrefix("GET /a HTTP/1.1\r\n") == true)
    }

    @Test("keeps its connection from one request to the next")
    func keepsConnection() async throws {
        let server = try ScriptedServer(.raw(ScriptedServer.answer()))
        for _ in 0..<3 { _ = try await client.send(HTTPRequest(.get, server.url)) }

        #expect(server.requests.count == 3)
        #expect(server.connections == 1)
    }

    @Test("opens another connection while the first is busy")
    func concurrency() async throws {
        let server = try ScriptedServer(.silence, .raw(ScriptedServer.answer("200 OK", "second")))
        let first = Task { try await client.send(HTTPRequest(.get, server.url + "/first")) }
        #expect(await eventually { server.requests.count == 1 })
        let second = try await client.send(HTTPRequest(.get, server.url + "/second"))

        #expect(String(decoding: second.body, as: UTF8.self) == "second")
        first.cancel()
        _ = await first.result
    }

    @Test("sends a body with its length, at once", arguments: [HTTPRequest.Method.post, .put])
    func body(_ method: HTTPRequest.Method) async throws {
        let server = try ScriptedServer(.raw(ScriptedServer.answer("201 Created")))
        let body = String(repeating: "0123456789", count: 200_000)
        let answer = try await client.send(
            HTTPRequest(
                method, server.url, headers: [("Content-Type", "text/plain")],
                body: .bytes(Array(body.utf8))))

        #expect(answer.status == 201)
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("\(method.rawValue) / HTTP/1.1"))
        #expect(request.hasSuffix("\r\n\r\n" + body))
        #expect(request.contains("\r\nContent-Length: 2000000\r\n"))
        #expect(request.contains("\r\nContent-Type: text/plain\r\n"))
        #expect(!request.lowercased().contains("\r\nexpect:"))
    }

    @Test("sends a file")
    func file() async throws {
        let folder = TemporaryFolder()
        let text = String(repeating: "a line of a manifest\n", count: 20_000)
        try folder.write(text, to: "manifest.jsonl")
        let server = try ScriptedServer(.raw(ScriptedServer.answer()))
        _ = try await client.send(
            HTTPRequest(.put, server.url, body: .file(path: folder.file("manifest.jsonl"))))

        #expect(server.requests.first?.hasSuffix("\r\n\r\n" + text) == true)
    }

    @Test("sends a body again when a kept connection turns out to be dead")
    func deadConnection() async throws {
        let server = try ScriptedServer(
            .last(ScriptedServer.answer()), .raw(ScriptedServer.answer("201 Created")))
        _ = try await client.send(HTTPRequest(.get, server.url))
        let answer = try await client.send(
            HTTPRequest(.post, server.url, body: .bytes(Array("again".utf8))))

        #expect(answer.status == 201)
        #expect(server.requests.last?.hasSuffix("again") == true)
    }

    @Test("does not follow a redirect")
    func redirect() async throws {
        let server = try ScriptedServer(
            .raw(ScriptedServer.answer("302 Found", headers: "Location: /elsewhere")))
        let answer = try await client.send(HTTPRequest(.get, server.url))

        #expect(answer.status == 302)
        #expect(server.requests.count == 1)
    }

    @Test("calls a connection that breaks transient")
    func broken() async throws {
        let cut = try ScriptedServer(.last("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"))
        let reset = try ScriptedServer(.reset(after: 10))
        let closed = try Loopback.refuse()
        defer { close(closed.socket) }
        for url in [cut.url, reset.url, "http://127.0.0.1:\(closed.port)"] {
            let error = await #expect(throws: HTTPError.self) {
                try await client.send(HTTPRequest(.get, url))
            }
            guard case .connection = error else {
                Issue.record("\(url): \(String(describing: error))")
                continue
            }
            #expect(error?.isTransient == true)
        }
    }

    @Test("gives up on a server that says nothing", arguments: [Duration.milliseconds(300), nil])
    func silence(deadline: Duration?) async throws {
        let server = try ScriptedServer(.silence)
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(HTTPRequest(.get, server.url, deadline: deadline))
        }
        guard case .timeout = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.isTransient == true)
    }

    @Test("refuses an answer that is longer than allowed")
    func limit() async throws {
        let server = try ScriptedServer(.raw(ScriptedServer.answer("200 OK", "0123456789")))
        #expect(try await client.send(HTTPRequest(.get, server.url, limit: 10)).body.count == 10)
        await #expect(throws: HTTPError.tooLarge(limit: 9)) {
            try await client.send(HTTPRequest(.get, server.url, limit: 9))
        }
    }

    @Test(
        "speaks nothing but HTTP",
        arguments: ["file:///etc/hostname", "ftp://127.0.0.1/", "http://"])
    func protocols(url: String) async throws {
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(HTTPRequest(.get, url))
        }
        #expect(error?.isTransient == false)
    }

    @Test("says which file it cannot send")
    func missingFile() async throws {
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(
                HTTPRequest(.put, "http://127.0.0.1:9", body: .file(path: "/no/such/file")))
        }
        #expect(error?.description.contains("/no/such/file") == true)
        #expect(error?.isTransient == false)
    }

    @Test("offers a TLS server no protocol but HTTP/1.1")
    func negotiation() async throws {
        let (listener, port) = try Loopback.listen()
        defer { close(listener) }
        let asking = Task { try await client.send(HTTPRequest(.get, "https://127.0.0.1:\(port)")) }
        let greeting = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let connection = accept(listener, nil, nil)
                let bytes = Loopback.receive(connection)
                close(connection)
                continuation.resume(returning: bytes)
            }
        }
        _ = await asking.result

        // Each protocol stands in the greeting after the length of its name.
        #expect(greeting.firstRange(of: [8] + Array("http/1.1".utf8)) != nil)
        #expect(greeting.firstRange(of: [2] + Array("h2".utf8)) == nil)
    }

    @Test("lets go of a request as soon as its task is cancelled")
    func cancellation() async throws {
        let server = try ScriptedServer(.silence)
        // Of all that could end the request, only its task may.
        let client = HTTPClient(
            timeouts: HTTPTimeouts(connect: .seconds(600), silence: .seconds(600)))
        let asking = Task {
            try await client.send(HTTPRequest(.get, server.url, deadline: .seconds(600)))
        }
        #expect(await eventually { server.requests.count == 1 })
        let start = ContinuousClock.now
        asking.cancel()
        let outcome = await asking.result

        #expect(throws: HTTPError.cancelled) { try outcome.get() }
        #expect(start.duration(to: .now) < .seconds(300))
    }
}
