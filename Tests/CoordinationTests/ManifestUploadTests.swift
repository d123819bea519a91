import Foundation
import HTTPTypes
import HummingbirdTesting
import PipelineCore
import Storage
import TestSupport
import Testing

@testable import Coordination

@Suite("A manifest on its way in")
struct ManifestUploadTests {
    static let good = ManifestLine.encode(.sample("b.jpg"))

    static let refused: [(name: String, manifest: [UInt8], words: String)] = [
        ("unordered", manifest("b.jpg", "a.jpg"), "line 2 of the manifest is out of order"),
        ("unordered by folder", manifest("a/b.jpg", "a.jpg"), "line 2"),
        ("twice", manifest("a.jpg", "b.jpg", "b.jpg"), "line 3 of the manifest names 'b.jpg'"),
        ("not JSON", good + Array("hello\n".utf8), "line 2 of the manifest cannot be read"),
        ("an empty line", good + Array("\n".utf8), "line 2"),
        ("unended", Array(good.dropLast()), "line 1 of the manifest, the last, does not end"),
        (
            "climbing",
            Array(#"{"file":"../b.jpg","size":0,"problem":"gone"}"#.utf8) + Array("\n".utf8),
            "'../b.jpg' is not the plain path of a file"
        ),
        (
            "too long",
            good + [UInt8](repeating: 0x20, count: ManifestLine.limit) + Array("\n".utf8),
            "line 2 of the manifest is longer than 65536 bytes"
        ),
        (
            "endless", good + [UInt8](repeating: 0x20, count: 4 * ManifestLine.limit),
            "line 2 of the manifest is longer than 65536 bytes"
        ),
    ]

    @Test("is refused with the line that is wrong", arguments: refused.indices)
    func refusal(_ index: Int) async throws {
        let (_, manifest, words) = Self.refused[index]
        let bench = try await Bench()
        try await bench.test { caller in
            let (run, answer) = try await send(manifest, as: SHA256Digest(of: manifest), caller)
            #expect(answer.status == .badRequest)
            #expect(answer.code == "bad-manifest")
            #expect(answer.message.contains(words))
            try await expectUntouched(run, bench)
        }
    }

    @Test("is refused when its SHA-256 is not the submission's")
    func digest() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let (run, answer) = try await send(Self.good, as: SHA256Digest(of: [1]), caller)
            #expect(answer.status == .badRequest)
            #expect(answer.code == "wrong-digest")
            try await expectUntouched(run, bench)
        }
    }

    @Test("may come again after a refusal")
    func secondTry() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let whole = manifest("a.jpg", "b.jpg")
            let (run, answer) = try await send(Self.good, as: SHA256Digest(of: whole), caller)
            #expect(answer.code == "wrong-digest")
            #expect(try await caller.submit(whole).id == run.id)
            #expect(try await bench.store.run(run.id).state == .running)
        }
    }

    @Test(
        "that breaks off leaves nothing",
        arguments: [
            "Content-Length: 5000\r\n\r\n{\"file\"",
            "Transfer-Encoding: chunked\r\n\r\n7\r\n{\"file\"\r\n",
        ])
    func truncation(_ rest: String) async throws {
        let bench = try await Bench()
        try await bench.test(.live) { caller in
            let submission = RunSubmission(
                definition: .sample, dataset: RelativePath(text: "/photos"),
                manifest: SHA256Digest(of: Self.good))
            let run = try await caller.send(.post, "/v1/runs", as: .submitter, json: submission)
                .decode(Run.self)
            let port = try #require(caller.client.port)
            let token = try #require(bench.tokens[.submitter])
            let answer = try await RawConnection.exchange(
                port: port,
                "PUT /v1/runs/\(run.id)/manifest HTTP/1.1\r\nHost: localhost\r\n"
                    + "Authorization: Bearer \(token.text)\r\n" + rest, ends: true)
            #expect(answer.hasPrefix("HTTP/1.1 400"))
            try await expectUntouched(run, bench)
        }
    }

    @Test("of many rows is cut into shards that cover it")
    func many() async throws {
        let bench = try await Bench()
        var definition = PipelineDefinition.sample
        definition.shardSize = 1000
        let lines = (0..<20_500).map {
            ManifestLine.encode(.sample("folder \($0 / 1000 + 100)/\($0 + 100_000).jpg"))
        }
        let run = try await bench.test { [definition] in
            try await $0.submit(lines.flatMap(\.self), definition)
        }
        #expect(run.counts.images == 20_500)
        #expect(run.counts.shards == 21)
        let last = try await bench.store.shard(20, of: run.id)
        #expect(last.firstRow == 20_000)
        #expect(last.count == 500)
        #expect(last.length == lines[20_000...].reduce(0) { $0 + $1.count })
        #expect(last.offset == lines[..<20_000].reduce(0) { $0 + $1.count })
    }

    private func send(
        _ manifest: [UInt8], as sha256: SHA256Digest, _ caller: Caller
    ) async throws -> (Run, TestResponse) {
        let submission = RunSubmission(
            definition: .sample, dataset: RelativePath(text: "/photos"), manifest: sha256)
        let run = try await caller.send(.post, "/v1/runs", as: .submitter, json: submission)
            .decode(Run.self)
        let answer = try await caller.send(
            .put, "/v1/runs/\(run.id)/manifest", as: .submitter, body: manifest)
        return (run, answer)
    }

    private func expectUntouched(_ run: Run, _ bench: Bench) async throws {
        #expect(try await bench.store.run(run.id).state == .open)
        #expect(throws: ObjectError.self) { try bench.objects.path(of: .manifest(run.id)) }
        let halves = try FileManager.default.contentsOfDirectory(
            atPath: bench.folder.file("objects/tmp"))
        #expect(halves == [])
    }
}
