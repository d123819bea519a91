import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import PipelineCore
import TestSupport
import Testing

@testable import Coordination

@Suite("A request that cannot be met")
struct RefusalTests {
    @Test(
        "is told what is wrong with its JSON",
        arguments: [
            ("", 400), ("{", 400), ("[]", 400), ("{\"worker\":1,\"version\":\"1\"}", 400),
            ("{\"worker\":\"ada\"}", 400), (String(repeating: "[", count: 100_000), 400),
            (String(repeating: " ", count: 2 << 20), 413),
        ])
    func json(_ body: String, _ status: Int) async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let answer = try await caller.send(
                .post, "/v1/leases", as: .worker, body: Array(body.utf8))
            #expect(answer.status.code == status)
            #expect(!answer.message.isEmpty)
            #expect(answer.headers[.contentType]?.hasPrefix("application/json") == true)
        }
    }

    static let definitions: [@Sendable (inout RunSubmission) -> Void] = [
        { $0.definition.members = [] },
        { $0.definition.members += $0.definition.members },
        { $0.definition.members[0].name = "" },
        { $0.definition.members[0].weights = nil },
        { $0.definition.members[0].weight = 0 },
        { $0.definition.members[0].weight = -1 },
        { $0.definition.top = 0 },
        { $0.definition.top = 101 },
        { $0.definition.shardSize = 0 },
        { $0.definition.shardSize = 10_001 },
        { $0.dataset = RelativePath(text: "photos") },
        { $0.dataset = RelativePath(text: "/") },
        { $0.dataset = RelativePath(text: "") },
        { $0.dataset = RelativePath(text: "/photos/../etc") },
        { $0.dataset = RelativePath(text: "/photos//a") },
        { $0.dataset = RelativePath(bytes: Array("/a\0b".utf8)) },
    ]

    @Test("is a run nobody could work on", arguments: definitions.indices)
    func definition(_ index: Int) async throws {
        var submission = RunSubmission(
            definition: .sample, dataset: RelativePath(text: "/photos"),
            manifest: SHA256Digest(of: []))
        Self.definitions[index](&submission)
        let bench = try await Bench()
        try await bench.test { [submission] caller in
            let answer = try await caller.send(.post, "/v1/runs", as: .submitter, json: submission)
            #expect(answer.status == .badRequest)
            #expect(answer.code == "bad-definition")
            #expect(try await bench.store.runs().isEmpty)
        }
    }

    @Test("is an unknown run", arguments: ["", "/export", "/report"])
    func unknownRun(_ rest: String) async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let answer = try await caller.send(.get, "/v1/runs/rnothere" + rest, as: .viewer)
            #expect(answer.status == .notFound)
            #expect(answer.code == "unknown-run")
        }
    }

    @Test("is an export of images that have not come", arguments: ["export", "report"])
    func openRun(_ what: String) async throws {
        let bench = try await Bench()
        _ = try await bench.store.open(.sample("ropen"))
        try await bench.test { caller in
            let answer = try await caller.send(.get, "/v1/runs/ropen/\(what)", as: .viewer)
            #expect(answer.status == .conflict)
            #expect(answer.code == "run-open")
        }
    }

    @Test("is an export of a run that is not finished", arguments: ["export", "report"])
    func runningRun(_ what: String) async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let run = try await caller.submit(manifest("a.jpg", "b.jpg", "c.jpg"))
            let lease = try await caller.lease()
            _ = try await caller.upload([1], for: lease)
            _ = try await caller.complete(lease, with: [1])
            let answer = try await caller.send(.get, "/v1/runs/\(run.id)/\(what)", as: .viewer)
            #expect(answer.status == .conflict)
            #expect(answer.code == "run-unfinished")
            #expect(answer.message.contains("2 of 3 images"))
            #expect(answer.message.contains("pipeline status \(run.id) --watch"))
        }
    }

    @Test("is an export in a format that is none")
    func format() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let answer = try await caller.send(
                .get, "/v1/runs/rx/export?format=xml", as: .viewer)
            #expect(answer.status == .badRequest)
            #expect(answer.message.contains("'jsonl' or 'csv'"))
        }
    }

    @Test(
        "learns its status once, from its error",
        arguments: [
            (StoreError.unknownShard(run: Run.sample("r1").id, shard: 1), 404, "unknown-shard"),
            (.noSpace("/data"), 507, "no-space"),
            (.unusable(path: "/data/jobs.db", detail: "damaged"), 503, "store-unusable"),
            (.inUse(path: "/data/jobs.db", owner: "process 1"), 503, "store-unusable"),
            (.failed("disk I/O error"), 500, "store-failed"),
        ])
    func storeTrouble(_ error: StoreError, _ status: Int, _ code: String) {
        let refusal = error.refusal
        #expect(refusal.status.code == status)
        #expect(refusal.problem == Problem(code: code, message: "\(error)"))
        #expect((refusal.headers[.retryAfter] != nil) == (status == 507))
    }

    @Test("does not show what the coordinator alone should know")
    func unexpected() async throws {
        struct Trouble: Error { let password = "hunter2" }
        let bench = try await Bench()
        let route = Route(.get, "v1/trouble", .open) { _, _ -> String in throw Trouble() }
        try await bench.test(serving: [route]) { caller in
            let answer = try await caller.send(.get, "/v1/trouble", as: nil)
            #expect(answer.status == .internalServerError)
            #expect(answer.code == "failed")
            #expect(!answer.message.contains("hunter2"))
        }
    }

    @Test(
        "because it dribbles in is cut off",
        arguments: [
            "Content-Length: 100\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
        ])
    func slowness(_ rest: String) async throws {
        let bench = try await Bench()
        let route = Route(.post, "v1/slow", .open, within: .milliseconds(300)) { request, _ in
            let body = try await request.body.collect(upTo: 1000)
            return "\(body.readableBytes)"
        }
        try await bench.test(serving: [route], .live) { caller in
            let port = try #require(caller.client.port)
            let start = ContinuousClock.now
            let answer = try await RawConnection.exchange(
                port: port, "POST /v1/slow HTTP/1.1\r\nHost: localhost\r\n" + rest)
            #expect(answer.hasPrefix("HTTP/1.1 408"))
            #expect(answer.contains("too-slow"))
            #expect(start.duration(to: .now) < RawConnection.patience / 2)
        }
    }

    @Test("because nobody takes its answer is cut off")
    func slowReader() async throws {
        let bench = try await Bench()
        let piece = ByteBuffer(repeating: 0x61, count: 64 << 10)
        let route = Route(.get, "v1/long", .open) { _, context in
            Response(
                status: .ok,
                body: context.body(within: .milliseconds(300)) { writer in
                    for _ in 0..<1000 {
                        try await writer.write(piece)
                        try await Task.sleep(for: .milliseconds(1))
                    }
                    try await writer.finish(nil)
                })
        }
        try await bench.test(serving: [route], .live) { caller in
            let port = try #require(caller.client.port)
            let request = "GET /v1/long HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            let late = try await RawConnection.exchange(port: port, request, pause: .seconds(2))
            #expect(late.utf8.count < 50 << 20)
        }
    }

    @Test("because it breaks off is no failure of the coordinator")
    func truncation() async throws {
        let bench = try await Bench()
        try await bench.test(.live) { caller in
            let port = try #require(caller.client.port)
            let token = try #require(bench.tokens[.worker])
            let answer = try await RawConnection.exchange(
                port: port,
                "POST /v1/leases HTTP/1.1\r\nHost: localhost\r\n"
                    + "Authorization: Bearer \(token.text)\r\nContent-Length: 50\r\n\r\n{",
                ends: true)
            #expect(answer.hasPrefix("HTTP/1.1 400"))
            #expect(answer.contains("truncated"))
        }
    }

    @Test("is not read to its end when it is long")
    func bulk() async throws {
        let bench = try await Bench()
        try await bench.test(.live) { caller in
            let port = try #require(caller.client.port)
            let start = ContinuousClock.now
            let answer = try await RawConnection.exchange(
                port: port,
                "PUT /v1/runs/rabc/manifest HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Length: 10000000000\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 401"))
            #expect(answer.lowercased().contains("connection: close"))
            #expect(start.duration(to: .now) < RawConnection.patience / 2)
        }
    }

    @Test(
        "because of its headers is turned away",
        arguments: [
            String(repeating: "x", count: 9000), String(repeating: "x\r\nA: ", count: 200),
        ])
    func headers(_ value: String) async throws {
        let bench = try await Bench()
        try await bench.test(.live) { caller in
            let port = try #require(caller.client.port)
            let answer = try await RawConnection.exchange(
                port: port, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nA: \(value)\r\n\r\n",
                patience: .seconds(5))
            #expect(!answer.hasPrefix("HTTP/1.1 200"))
        }
    }
}
