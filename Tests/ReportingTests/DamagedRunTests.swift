import Foundation
import PipelineCore
import Reporting
import Results
import Testing

/// Nothing is exported that is not what the run counts.
@Suite("A run that was damaged after it ended")
struct DamagedRunTests {
    let stored: StoredRun

    init() throws { stored = try RunMergerTests.stored(30) }

    func export(_ jobs: ListedShards? = nil, classes: ClassList? = nil, run: Run? = nil)
        async throws
    {
        let names = classes ?? stored.classes
        let reporter = StoredRunReporter(jobs: jobs ?? stored.jobs, objects: stored.objects) { _ in
            names
        }
        try await reporter.export(run ?? stored.run, as: .jsonl) { _ in }
    }

    func key(_ shard: Int) throws -> ObjectKey {
        let result = try required(stored.jobs.shards[shard].result)
        return .result(stored.run.id, shard: shard, epoch: 1, sha256: result.sha256)
    }

    @Test("is refused where a result has changed")
    func changedResult() async throws {
        let path = try stored.objects.path(of: key(2))
        var bytes = try Data(contentsOf: URL(filePath: path))
        let expected = SHA256Digest(of: bytes)
        bytes[bytes.count - 40] ^= 1
        try stored.objects.store(bytes, as: key(2))

        await #expect(
            throws: ResultError.mismatch(
                path: path, expected: expected, found: SHA256Digest(of: bytes))
        ) { try await export() }
    }

    @Test("is refused where the manifest has changed, even to one that makes sense")
    func changedManifest() async throws {
        let path = try stored.objects.path(of: .manifest(stored.run.id))
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let digit = try required(text.firstIndex { $0.isNumber })
        let other = text[digit] == "7" ? "8" : "7"
        let changed = [UInt8]((text[..<digit] + other + text[text.index(after: digit)...]).utf8)
        try stored.objects.store(changed, as: .manifest(stored.run.id))

        await #expect(
            throws: ReportError.damaged(
                stored.run.id,
                detail: "its manifest '\(path)' was changed after it was stored: its SHA-256 is "
                    + "\(SHA256Digest(of: changed)), the run counts \(stored.run.manifest)")
        ) { try await export() }
    }

    @Test("is refused where a result is gone")
    func missingResult() async throws {
        try stored.objects.remove(key(1))

        await #expect(
            throws: ReportError.missing(
                stored.run.id, what: "the result of shard 1", key: try key(1).path)
        ) { try await export() }
    }

    @Test("is refused where two shards have changed places")
    func swappedResults() async throws {
        var jobs = stored.jobs
        let first = jobs.shards[0].result
        jobs.shards[0].result = jobs.shards[1].result
        jobs.shards[1].result = first
        for shard in 0..<2 {
            let bytes = try Data(contentsOf: URL(filePath: stored.objects.path(of: key(1 - shard))))
            try stored.objects.store(
                bytes,
                as: .result(
                    stored.run.id, shard: shard, epoch: 1, sha256: SHA256Digest(of: bytes)))
        }

        await #expect(throws: ResultError.self) { try await export(jobs) }
    }

    @Test("is refused where other counts were kept than the result has")
    func counts() async throws {
        var jobs = stored.jobs
        jobs.shards[0].result?.labelled += 1
        jobs.shards[0].result?.failed -= 1

        await #expect(throws: ReportError.self) { try await export(jobs) }
    }

    @Test("is refused where a shard is missing, doubled or out of place")
    func listing() async throws {
        let shards = stored.jobs.shards
        for listing in [
            Array(shards.dropLast()), Array(shards.dropFirst()), [],
            [shards[0], shards[2], shards[1], shards[3], shards[4]],
            [shards[0], shards[0]] + shards[2...],
        ] {
            let error = await #expect(throws: ReportError.self) {
                try await export(ListedShards(listing))
            }
            #expect(error?.description.contains("rstored") == true)
        }
        var run = stored.run
        run.counts.images += 1
        await #expect(throws: ReportError.self) { try await export(run: run) }
    }

    @Test("is refused where the classes are others", arguments: [9, 11])
    func classes(_ count: Int) async throws {
        let classes = ClassList(name: "other", labels: (0..<count).map(String.init))

        await #expect(throws: ReportError.self) { try await export(classes: classes) }
    }

    @Test("is refused where its manifest is gone")
    func missingManifest() async throws {
        try stored.objects.remove(.manifest(stored.run.id))

        await #expect(throws: ReportError.self) { try await export() }
    }

    @Test("is refused where its manifest is cut or spoilt")
    func spoiltManifest() async throws {
        let key = ObjectKey.manifest(stored.run.id)
        let bytes = try Data(contentsOf: URL(filePath: stored.objects.path(of: key)))
        let lineFeed = try required(bytes.firstIndex(of: UInt8(ascii: "\n")))
        var joined = bytes
        joined[lineFeed] = UInt8(ascii: " ")
        var spoilt = bytes
        spoilt[3] = 0xFF

        for manifest in [bytes.dropLast(), bytes.prefix(100), Data(), joined, spoilt] {
            try stored.objects.store(manifest, as: key)
            let error = await #expect(throws: ReportError.self) { try await export() }
            #expect(error?.description.contains("manifest") == true)
        }
    }
}
