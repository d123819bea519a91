import Foundation
import HTTPTypes
import HummingbirdTesting
import PipelineCore
import Storage
import TestSupport
import Testing

@testable import Coordination

@Suite("A result on its way in")
struct ResultUploadTests {
    let photos = manifest("a.jpg", "b.jpg")

    @Test("is kept under its SHA-256 and epoch")
    func keeping() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            _ = try await caller.submit(photos)
            let lease = try await caller.lease()
            let bytes = [UInt8](repeating: 7, count: 100_000)
            #expect(try await caller.upload(bytes, for: lease).status == .created)
            #expect(try await caller.upload(bytes, for: lease).status == .created)
            let key = ObjectKey.result(
                lease.run, shard: 0, epoch: 1, sha256: SHA256Digest(of: bytes))
            let path = try bench.objects.path(of: key)
            #expect(FileManager.default.contents(atPath: path) == Data(bytes))
            #expect(try bench.objects.results(of: lease.run) == [key])
        }
    }

    @Test(
        "is refused when it is not what was announced",
        arguments: [
            (String(repeating: "0", count: 64), "wrong-digest"), ("", "no-digest"),
            ("abc", "no-digest"),
        ])
    func digest(_ announced: String, _ code: String) async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            _ = try await caller.submit(photos)
            let lease = try await caller.lease()
            let answer = try await caller.send(
                .put, "/v1/runs/\(lease.run)/shards/0/results/1", as: .worker, body: [1, 2, 3],
                ["Content-SHA256": announced])
            #expect(answer.status == .badRequest)
            #expect(answer.code == code)
            try expectNothing(of: lease.run, bench)
        }
    }

    @Test("is refused when it is larger than any result of its shard")
    func limit() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            _ = try await caller.submit(photos)
            let lease = try await caller.lease()
            let answer = try await caller.upload([UInt8](repeating: 1, count: 2 << 20), for: lease)
            #expect(answer.status == .contentTooLarge)
            #expect(answer.code == "too-large")
            try expectNothing(of: lease.run, bench)
        }
    }

    @Test(
        "leaves nothing when it breaks off",
        arguments: [
            "Content-Length: 1000000\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            "Transfer-Encoding: chunked\r\n\r\n3\r\nab",
        ])
    func truncation(_ rest: String) async throws {
        let bench = try await Bench()
        try await bench.test(.live) { caller in
            _ = try await caller.submit(photos)
            let lease = try await caller.lease()
            let port = try #require(caller.client.port)
            let token = try #require(bench.tokens[.worker])
            // Even when the half that arrives is what the SHA-256 says.
            let sha256 = SHA256Digest(of: Array("abc".utf8))
            let answer = try await RawConnection.exchange(
                port: port,
                "PUT /v1/runs/\(lease.run)/shards/0/results/1 HTTP/1.1\r\nHost: localhost\r\n"
                    + "Authorization: Bearer \(token.text)\r\nContent-SHA256: \(sha256)\r\n" + rest,
                ends: true)
            #expect(answer.hasPrefix("HTTP/1.1 400"))
            try expectNothing(of: lease.run, bench)
        }
    }

    @Test(
        "is refused for what does not exist",
        arguments: [
            ("/v1/runs/rnothere/shards/0/results/1", "unknown-run"),
            ("/v1/runs/R../shards/0/results/1", "unknown-run"),
            ("/v1/runs/RUN/shards/9/results/1", "unknown-shard"),
            ("/v1/runs/RUN/shards/-1/results/1", "unknown-shard"),
            ("/v1/runs/RUN/shards/0x0/results/1", "unknown-shard"),
            ("/v1/runs/RUN/shards/99999999999999999999/results/1", "unknown-shard"),
            ("/v1/runs/RUN/shards/0/results/one", "unknown-epoch"),
        ])
    func place(_ path: String, _ code: String) async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let run = try await caller.submit(photos)
            let answer = try await caller.send(
                .put, path.replacing("RUN", with: run.id.text), as: .worker, body: [1],
                ["Content-SHA256": SHA256Digest(of: [1]).hex])
            #expect(answer.status == .notFound)
            #expect(answer.code == code)
            try expectNothing(of: run.id, bench)
        }
    }

    @Test("comes too late for a run that is done")
    func late() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            _ = try await caller.submit(photos)
            let lease = try await caller.lease()
            _ = try await caller.upload([1], for: lease)
            _ = try await caller.complete(lease, with: [1])
            let answer = try await caller.upload([2], for: lease)
            #expect(answer.status == .conflict)
            #expect(answer.code == "stale-lease")
        }
    }

    private func expectNothing(of run: RunID, _ bench: Bench) throws {
        #expect(try bench.objects.results(of: run) == [])
        let halves = try FileManager.default.contentsOfDirectory(
            atPath: bench.folder.file("objects/tmp"))
        #expect(halves == [])
    }
}
