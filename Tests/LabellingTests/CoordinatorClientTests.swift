import Foundation
import PipelineCore
import TestSupport
import Testing
import Transport

@testable import Labelling

@Suite("A coordinator's client")
struct CoordinatorClientTests {
    @Test(
        "takes a URL of scheme, host and port",
        arguments: [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
            ("HTTPS://coordinator.example", "https://coordinator.example"),
            ("http://[::1]:7070", "http://[::1]:7070"),
        ])
    func url(text: String, read: String) throws {
        #expect(try CoordinatorURL(text).text == read)
    }

    @Test(
        "refuses any other URL, and shows no password",
        arguments: [
            "", "127.0.0.1:8080", "coordinator", "file:///etc/passwd", "http://", "http://:8080",
            "http://ada:hush@10.0.0.5:80", "http://10.0.0.5/v1", "http://10.0.0.5/?token=hush",
            "http://10.0.0.5/#a",
        ])
    func badURL(text: String) {
        let error = #expect(throws: ClientError.self) { try CoordinatorURL(text) }
        #expect(error?.description.contains("write for example http://") == true)
        #expect(error?.description.contains("ada:") == false)
    }

    @Test("says how to start a coordinator that it cannot reach")
    func unreachable() async throws {
        let port = try { () throws in try ScriptedServer(.silence).port }()
        let client = try client(of: "http://127.0.0.1:\(port)")
        let error = await #expect(throws: ClientError.self) { try await client.runs() }

        guard case .unreachable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.contains("http://127.0.0.1:\(port)") == true)
        #expect(error?.description.contains("start it with 'pipeline coordinator'") == true)
    }

    static let answers: [(answer: String, words: String)] = [
        (
            ScriptedServer.answer("401 Unauthorized", headers: "Pipeline-Protocol: 1"),
            "does not know this token"
        ),
        (
            ScriptedServer.answer(
                "403 Forbidden", #"{"code":"wrong-role","message":"it needs a worker's"}"#,
                headers: "Pipeline-Protocol: 1"), "it needs a worker's"
        ),
        (
            ScriptedServer.answer(
                "404 Not Found", #"{"code":"unknown-run","message":"there is no run 'r1'"}"#,
                headers: "Pipeline-Protocol: 1"), "there is no run 'r1'"
        ),
        (
            ScriptedServer.answer(
                "426 Upgrade Required", #"{"code":"other-protocol","message":"protocol 2"}"#,
                headers: "Pipeline-Protocol: 2"), "speaks version 2 of the protocol"
        ),
        (ScriptedServer.answer("200 OK", "<html>hello</html>"), "is not a coordinator"),
        (ScriptedServer.answer("301 Moved", headers: "Location: /x"), "is not a coordinator"),
        (ScriptedServer.answer("200 OK", "{", headers: "Pipeline-Protocol: 1"), "makes no sense"),
    ]

    @Test("says what is wrong with an answer, and does not ask again", arguments: answers)
    func refusals(answer: String, words: String) async throws {
        let server = try ScriptedServer(.raw(answer))
        let client = try client(of: server.url)
        let error = await #expect(throws: ClientError.self) { try await client.runs() }

        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        #expect(server.requests.count == 1)
    }

    @Test("sends its token, and shows it to nobody")
    func token() async throws {
        let server = try ScriptedServer(.raw(ScriptedServer.answer("401 Unauthorized")))
        let client = CoordinatorClient(
            try CoordinatorURL(server.url), token: BearerToken(text: "pl_w_secret\r\nX-Evil: 1"))
        let error = await #expect(throws: ClientError.self) { try await client.runs() }
        var dumped = ""
        dump(client, to: &dumped)

        #expect(
            server.requests.first?.contains("\r\nAuthorization: Bearer pl_w_secretX-Evil:1\r\n")
                == true)
        #expect(server.requests.first?.contains("\r\nPipeline-Protocol: 1\r\n") == true)
        #expect("\(String(describing: error)) \(client) \(dumped)".contains("secret") == false)
    }

    @Test("takes a run through its life")
    func life() async throws {
        try await Workshop.open { shop in
            let run = try await shop.submit(shop.writePictures(3), shardSize: 2)
            #expect(run.state == .running)
            #expect(run.counts.images == 3)
            let viewer = try shop.client(.viewer)
            #expect(try await viewer.runs().runs.map(\.id) == [run.id])
            #expect(try await viewer.status(of: run.id).run.counts.shards == 2)

            let worker = try shop.client(.worker)
            let request = LeaseRequest(worker: "ada", version: "1.0")
            let lease = try #require(try await worker.lease(request))
            #expect(try await worker.definition(of: run.id).definition == run.definition)
            let images = try await worker.images(ofShard: 0, of: run.id)
            #expect(images.map(\.file.text) == ["1000.png", "1001.png"])
            let bytes = try await worker.image(
                inRow: 1, ofShard: 0, of: run.id, limit: images[1].size)
            #expect(images[1].describes(bytes))

            try await worker.renew(Renewal(ticket: lease.ticket, progress: 1))
            let file = Array("a result".utf8)
            let sha256 = SHA256Digest(of: file)
            try await worker.upload(file, sha256: sha256, for: lease.ticket)
            let completion = CompletionRequest(
                ticket: lease.ticket,
                result: ShardResult(sha256: sha256, labelled: 2, failed: 0))
            #expect(try await worker.complete(completion) == .committed)
            #expect(try await worker.complete(completion) == .already)

            let second = try #require(try await worker.lease(request))
            try await worker.release(ReleaseRequest(ticket: second.ticket))
            let third = try #require(try await worker.lease(request))
            #expect(third.shard.index == second.shard.index)
            #expect(try await worker.lease(request) == nil)
            let error = await #expect(throws: ClientError.self) {
                try await worker.renew(Renewal(ticket: second.ticket, progress: 0))
            }
            #expect(error?.isStaleLease == true)
        }
    }

    @Test("streams an export, and reads a report")
    func export() async throws {
        try await Workshop.open { shop in
            let run = try await shop.submit(shop.writePictures(1))
            _ = try await shop.worker(ColourEngine()).work()
            let viewer = try shop.client(.viewer)
            var count = 0
            try await viewer.export(run.id, as: .csv) { count += $0.count }

            #expect(count == FixedReporter.pieces * 10_000)
            #expect(try await viewer.report(on: run.id) == "# Run \(run.id)\n")
        }
    }

    @Test("is told when its token's role is the wrong one, or unknown")
    func roles() async throws {
        try await Workshop.open { shop in
            let worker = try shop.client(.worker)
            let error = await #expect(throws: ClientError.self) { try await worker.runs() }
            guard case .forbidden(_, let detail) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(detail.contains("viewer"))

            let stranger = try client(of: shop.url)
            await #expect(throws: ClientError.unauthorised(url: shop.url)) {
                try await stranger.runs()
            }
        }
    }

    private func client(of url: String) throws -> CoordinatorClient {
        CoordinatorClient(
            try CoordinatorURL(url), token: BearerToken(text: "pl_v_0"),
            retry: RetryPolicy(cap: .milliseconds(20), attempts: 2))
    }
}
