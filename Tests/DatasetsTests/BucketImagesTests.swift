import PipelineCore
import TestSupport
import Testing

@testable import Buckets
@testable import Datasets
@testable import Transport

@Suite("Images in a bucket")
struct BucketImagesTests {
    private func read(
        _ server: ScriptedServer, network: NetworkGuard? = nil, etag: String? = "e"
    ) async throws -> [UInt8] {
        let place = BucketPrefix(
            store: try #require(StorePlace(endpoint: server.url)), bucket: "b", prefix: [])
        let images = AnyImages(
            web: WebImages(network: NetworkGuard()),
            buckets: BucketImages(
                keys: AccessKeys(identifier: "ID", secret: "hunter2"), network: network,
                retry: RetryPolicy(attempts: 2, random: { 0 }, sleep: { _ in })))
        let entry = ImageEntry(
            file: RelativePath(text: "s3://b/a.jpg"), size: 7, sha256: nil, isRemote: true,
            etag: etag)
        return try await images.read(entry, in: RelativePath(text: place.text))
    }

    private static func refusal(_ status: String, _ code: String) -> ScriptedServer.Reply {
        .raw(ScriptedServer.answer(status, "<Error><Code>\(code)</Code></Error>"))
    }

    @Test("are those that were listed")
    func states() async throws {
        let same = try ScriptedServer(
            .raw(ScriptedServer.answer("200 OK", "picture", headers: "ETag: \"e\"")))
        #expect(try await read(same) == Array("picture".utf8))
        for reply in [
            ScriptedServer.answer("200 OK", "picture", headers: "ETag: \"f\""),
            ScriptedServer.answer("200 OK", "longer picture"),
            ScriptedServer.answer("412 Precondition Failed"),
        ] {
            let other = try ScriptedServer(.raw(reply))
            await #expect(throws: ImageSourceError.changed, "\(reply)") { try await read(other) }
        }
        let gone = try ScriptedServer(Self.refusal("404 Not Found", "NoSuchKey"))
        await #expect(throws: ImageSourceError.missing) { try await read(gone) }
    }

    @Test(
        "hold the run where the store lets nobody in, or is gone",
        arguments: [
            ("403 Forbidden", "AccessDenied"), ("403 Forbidden", "ExpiredToken"),
            ("404 Not Found", "NoSuchBucket"), ("503 Slow Down", "SlowDown"),
        ])
    func held(_ status: String, _ code: String) async throws {
        let server = try ScriptedServer(Self.refusal(status, code))
        let error = await #expect(throws: ImageSourceError.self) { try await read(server) }
        guard case .held(let words) = error else {
            Issue.record("it was not held: \(String(describing: error))")
            return
        }
        #expect(!words.contains("hunter2"))
    }

    @Test("are not fetched from a private network that a dataset names")
    func guarded() async throws {
        let server = try ScriptedServer(.raw(ScriptedServer.answer("200 OK", "picture")))
        let error = await #expect(throws: ImageSourceError.self) {
            try await read(server, network: NetworkGuard())
        }
        #expect(error?.description.contains("--allow-net") == true)
        #expect(server.connections == 0)
    }
}
