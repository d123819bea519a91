import Foundation
import PipelineCore
import Rehearsal
import Storage
import TestSupport
import Testing

@testable import Buckets
@testable import Datasets
@testable import Transport

@Suite("A bucket of a real store", .serialized)
struct RealStoreTests {
    /// Names that a signature, a URL, XML and a manifest spell differently.
    static let names = [
        "plain.jpg", "with blank.jpg", "a+b.jpg", "a=b&c=d.jpg", "100%.jpg", "%2e%2e%2fx.jpg",
        "a..%252f.jpg", "(round).jpg", "it's.jpg", "say \"hi\".jpg", "<img src=x onerror=1>.jpg",
        "ünïcödé.jpg", "漢字/😀.png", "a;b,c:d@e$f!g*h.jpg", "q?x#y.jpg", "back\\slash.jpg",
        "tilde~.jpg", "[square]{curly}|^`.jpg", "\u{202E}gpj.exe.jpg", "deep/er/than/this.webp",
        String(repeating: "long", count: 50) + ".jpg",
    ]

    private func client(
        of store: RealStore, _ keys: AccessKeys? = RealStore.keys
    ) -> ObjectStoreClient {
        ObjectStoreClient(
            store.store, keys: keys, http: HTTPClient(),
            retry: RetryPolicy(attempts: 3, random: { 0 }, sleep: { _ in }), pageSize: 10)
    }

    private func images(_ keys: AccessKeys? = RealStore.keys) -> BucketImages {
        BucketImages(
            keys: keys, network: nil,
            retry: RetryPolicy(attempts: 2, random: { 0 }, sleep: { _ in }))
    }

    /// All in one, since a store takes its time to start.
    @Test("does all that is wanted of it", arguments: RealStore.here)
    func work(_ kind: RealStore.Kind) async throws {
        try await RealStore.with(kind) { store in
            try await names(kind, store)
            try await mirror(store)
            try await states(kind, store)
        }
    }

    /// It is listed and read under every name, and manifests take them all.
    private func names(_ kind: RealStore.Kind, _ store: RealStore) async throws {
        // SeaweedFS takes a backslash for a slash.
        let names = Self.names.filter { kind == .rclone || !$0.contains("\\") }
        for name in names {
            let answer = try await store.put("photos", Array("in/\(name)".utf8), Array(name.utf8))
            #expect(answer.isSuccess, "\(name): \(answer.status)")
        }
        try await store.put("photos", Array("in/notes.txt".utf8), [1])
        try await store.put("photos", Array("in/.hidden.jpg".utf8), [1])
        try await store.put("photos", Array("other/a.jpg".utf8), [1])
        let archive = try Self.archive()
        try await store.put("photos", Array("in/shard-0.tar".utf8), archive)

        let place = BucketPrefix(
            store: store.store, bucket: "photos", prefix: Array("in/".utf8))
        let source = BucketFolder(place, client: client(of: store))
        let (entries, summary) = try await onThread {
            var entries: [ImageEntry] = []
            let summary = try source.entries { entries.append($0) }
            return (entries, summary)
        }
        let members = ["x/1.jpg", "2.png"]
        let contents = Dictionary(
            uniqueKeysWithValues: names.map { ("s3://photos/in/\($0)", $0) }
                + members.map { ("s3://photos/in/shard-0.tar!\($0)", $0) })
        #expect(
            Set(entries.map(\.file)).symmetricDifference(
                contents.keys.map { RelativePath(bytes: $0.utf8) }) == [])
        #expect(summary.images == contents.count)
        #expect(summary.skipped == 1)
        for entry in entries {
            #expect(try ManifestLine.parse(ManifestLine.encode(entry)) == entry)
            let bytes = try await images().read(entry, in: source.dataset)
            let name = String(decoding: entry.file.bytes, as: UTF8.self)
            #expect(contents[name] == String(decoding: bytes, as: UTF8.self))
        }
    }

    /// An archive of `x/1.jpg` and `2.png`, whose contents are their names.
    private static func archive() throws -> [UInt8] {
        let folder = TemporaryFolder()
        for name in ["x/1.jpg", "2.png"] {
            try folder.write(Array(name.utf8), to: Array(name.utf8))
        }
        let packed = try Command.run(
            "tar", "-C", folder.path, "-cf", folder.path + "/a.tar", "x/1.jpg", "2.png")
        guard packed.status == 0 else { throw CocoaError(.fileWriteUnknown) }
        return [UInt8](try Data(contentsOf: URL(filePath: folder.path + "/a.tar")))
    }

    /// It takes results and gives them up again.
    private func mirror(_ store: RealStore) async throws {
        let folder = TestSupport.TemporaryFolder()
        let place = BucketPrefix(
            store: store.store, bucket: "photos", prefix: Array("mirror/ü +%".utf8))
        let client = self.client(of: store)
        let local = try FileObjectStore(folder: folder.file("objects"))
        let objects = MirroredObjects(local, in: place, client: client)
        let run = try #require(RunID("r4mzk7xqe2ahw"))
        let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let sha256 = SHA256Digest(of: content)
        let key = ObjectKey.result(run, shard: 0, epoch: 1, sha256: sha256)
        let pieces = AsyncStream<[UInt8]> { stream in
            stream.yield(content)
            stream.finish()
        }
        _ = try await objects.put(key, from: pieces, sha256: sha256, limit: content.count)
        let name = place.prefix + Array("/\(key.path)".utf8)
        let kept = try await client.get("photos", name, limit: content.count)
        #expect(kept.body == content)
        #expect(try objects.results(of: run) == [key])

        for _ in 0..<2 { try await objects.remove(key) }
        await #expect(throws: BucketError.missing) {
            try await client.get("photos", name, limit: content.count)
        }
        #expect(try objects.results(of: run) == [])

        let stranger = MirroredObjects(
            local, in: place,
            client: self.client(of: store, AccessKeys(identifier: "tester", secret: "x")))
        let again = AsyncStream<[UInt8]> { stream in
            stream.yield([1])
            stream.finish()
        }
        let error = await #expect(throws: ObjectError.self) {
            _ = try await stranger.put(key, from: again, sha256: nil, limit: 1)
        }
        #expect(error?.description.contains("(403)") == true)
    }

    /// It is listed over many pages; objects change and go; strangers hold the run.
    private func states(_ kind: RealStore.Kind, _ store: RealStore) async throws {
        for i in 0..<25 {
            try await store.put("photos", Array("p/\(i).jpg".utf8), Array("\(i)".utf8))
        }
        let source = BucketFolder(
            BucketPrefix(store: store.store, bucket: "photos", prefix: Array("p/".utf8)),
            client: client(of: store))
        let entries = try await onThread {
            var entries: [ImageEntry] = []
            _ = try source.entries { entries.append($0) }
            return entries
        }
        #expect(Set(entries.map(\.file)).count == 25)

        let entry = try #require(entries.first { $0.file.text == "s3://photos/p/7.jpg" })
        try await store.put("photos", Array("p/7.jpg".utf8), Array("8".utf8))
        await #expect(throws: ImageSourceError.changed) {
            try await images().read(entry, in: source.dataset)
        }
        let gone = ImageEntry(
            file: RelativePath(text: "s3://photos/p/none.jpg"), size: 1, sha256: nil,
            isRemote: true)
        await #expect(throws: ImageSourceError.missing) {
            try await images().read(gone, in: source.dataset)
        }
        for keys in [nil, AccessKeys(identifier: "tester", secret: "hunter2")] {
            let error = await #expect(throws: ImageSourceError.self) {
                try await images(keys).read(entry, in: source.dataset)
            }
            guard case .held(let words) = error else {
                Issue.record("it was not held: \(String(describing: error))")
                continue
            }
            // What has no signature at all, rclone does not understand.
            #expect(words.contains("(403)") || (kind == .rclone && words.contains("(400)")))
            #expect(!words.contains("hunter2"))
        }
        let nowhere = BucketFolder(
            BucketPrefix(store: store.store, bucket: "nowhere", prefix: []),
            client: client(of: store))
        await #expect(throws: DatasetError.self) {
            try await onThread { try nowhere.entries { _ in } }
        }
    }
}
