import PipelineCore
import TestSupport
import Testing

@testable import Buckets
@testable import Datasets
@testable import Transport

@Suite("A bucket of SeaweedFS", .enabled(if: SeaweedStore.program != nil), .serialized)
struct RealStoreTests {
    /// Names that a signature, a URL, XML and a manifest spell differently.
    static let names = [
        "plain.jpg", "with blank.jpg", "a+b.jpg", "a=b&c=d.jpg", "100%.jpg", "%2e%2e%2fx.jpg",
        "..%252f.jpg", "(round).jpg", "it's.jpg", "say \"hi\".jpg", "<img src=x onerror=1>.jpg",
        "ünïcödé.jpg", "漢字/😀.png", "a;b,c:d@e$f!g*h.jpg", "q?x#y.jpg", "back\\slash.jpg",
        "tilde~.jpg", "[square]{curly}|^`.jpg", "\u{202E}gpj.exe.jpg", "deep/er/than/this.webp",
        String(repeating: "long", count: 50) + ".jpg",
    ]

    private func client(
        of store: SeaweedStore, _ keys: AccessKeys? = SeaweedStore.keys
    ) -> ObjectStoreClient {
        ObjectStoreClient(
            store.store, keys: keys, http: HTTPClient(),
            retry: RetryPolicy(attempts: 3, random: { 0 }, sleep: { _ in }))
    }

    private func images(_ keys: AccessKeys? = SeaweedStore.keys) -> BucketImages {
        BucketImages(
            keys: keys, network: nil,
            retry: RetryPolicy(attempts: 2, random: { 0 }, sleep: { _ in }))
    }

    @Test("is listed and read under every name, and manifests take them all")
    func names() async throws {
        let store = try await SeaweedStore()
        for name in Self.names {
            let answer = try await store.put("photos", Array("in/\(name)".utf8), Array(name.utf8))
            #expect(answer.isSuccess, "\(name): \(answer.status)")
        }
        try await store.put("photos", Array("in/notes.txt".utf8), [1])
        try await store.put("photos", Array("in/.hidden.jpg".utf8), [1])
        try await store.put("photos", Array("other/a.jpg".utf8), [1])

        let place = BucketPrefix(
            store: store.store, bucket: "photos", prefix: Array("in/".utf8))
        let source = BucketFolder(place, client: client(of: store))
        let (entries, summary) = try await onThread {
            var entries: [ImageEntry] = []
            let summary = try source.entries { entries.append($0) }
            return (entries, summary)
        }
        #expect(
            entries.map(\.file.text).sorted()
                == Self.names.map { RelativePath(bytes: "s3://photos/in/\($0)".utf8).text }.sorted()
        )
        #expect(summary.skipped == 1)
        for entry in entries {
            #expect(try ManifestLine.parse(ManifestLine.encode(entry)) == entry)
            let bytes = try await images().read(entry, in: source.dataset)
            #expect(
                "s3://photos/in/" + String(decoding: bytes, as: UTF8.self)
                    == String(decoding: entry.file.bytes, as: UTF8.self))
        }
    }

    @Test("is listed over many pages; objects change and go; strangers hold the run")
    func states() async throws {
        let store = try await SeaweedStore()
        for i in 0..<1100 {
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
        #expect(Set(entries.map(\.file)).count == 1100)

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
            #expect(words.contains("(403)") && !words.contains("hunter2"))
        }
        let nowhere = BucketFolder(
            BucketPrefix(store: store.store, bucket: "nowhere", prefix: []),
            client: client(of: store))
        await #expect(throws: DatasetError.self) {
            try await onThread { try nowhere.entries { _ in } }
        }
    }
}
