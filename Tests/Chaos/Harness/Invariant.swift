import Foundation
import Models
import PipelineCore
import Rehearsal
import Reporting
import Results
import Storage
import TestSupport
import Weights

/// What has to hold of every run, whatever happened to it.
struct Invariant {
    let coordinator: RunningCoordinator
    let run: Run
    let pictures: PictureSet

    /// Every picture is in the manifest once, labelled as its own bytes say; the counts add up; and
    /// the bytes are those of a run without faults.
    func check(_ trial: Trial) async throws {
        let bytes = try await coordinator.export(run)
        let rows = try Verdict.read(bytes)
        let labels = try pictures.labels()
        try trial.expect(rows.count == labels.count, "\(rows.count) rows of \(labels.count)")
        try trial.expect(
            Set(rows.map(\.file)) == Set(labels.keys), "rows are doubled or of no picture")
        for row in rows {
            try trial.expect(
                row.status == "labelled" && row.index == labels[row.file],
                "\(row.file) is \(row.status), \(row.failure?.reason ?? "wrongly labelled")")
        }
        let counts = try await coordinator.status(of: run).run.counts
        try trial.expect(
            counts.labelled + counts.failed == counts.images && counts.images == labels.count
                && counts.shardsDone + counts.shardsFailed == counts.shards, "counts: \(counts)")
        let faultless = try await Self.faultless(run, pictures)
        try trial.expect(
            SHA256Digest(of: bytes) == SHA256Digest(of: faultless),
            "the manifest is not that of a run without faults")
        trial.count("images compared", rows.count)
        trial.count("shards compared", counts.shards)
    }

    /// The manifest of the same run where nothing happens: one worker, one store, no processes.
    private static func faultless(_ run: Run, _ pictures: PictureSet) async throws -> [UInt8] {
        let folder = TemporaryFolder()
        let objects = try FileObjectStore(folder: folder.file("objects"))
        let store = MemoryJobStore(attempts: 1)
        var open = run
        open.state = .open
        open.counts = RunCounts()
        open.audit = nil
        _ = try await store.open(open)
        let manifest = folder.file("manifest")
        _ = try pictures.list(into: manifest)
        let lines = [UInt8](try Data(contentsOf: URL(filePath: manifest)))
        _ = try await objects.put(
            .manifest(run.id), from: Once(lines), sha256: run.manifest, limit: lines.count)
        let range = ShardRange(
            index: 0, firstRow: 0, count: pictures.count, offset: 0, length: lines.count)
        _ = try await store.start(run.id, images: pictures.count, shards: [range])
        let claim = LeaseClaim(
            worker: "one", secret: "s", term: .seconds(9), now: Tick(nanoseconds: 0))
        guard let lease = try await store.lease(claim) else { throw Failed("no shard waits") }
        var outcome = ShardOutcome(run: run.id, range: range, members: [StubNetwork.member])
        for row in 0..<pictures.count {
            let file = URL(filePath: pictures.path + "/" + PictureSet.name(row))
            let colour = PictureSet.colour(of: [UInt8](try Data(contentsOf: file)))
            try outcome.record(StubNetwork.logits(of: colour).span, member: 0, row: row)
        }
        let file = [UInt8](try outcome.encode())
        let digest = SHA256Digest(of: file)
        _ = try await objects.put(
            .result(run.id, shard: 0, epoch: lease.epoch, sha256: digest), from: Once(file),
            sha256: digest, limit: file.count)
        _ = try await store.complete(
            lease.ticket,
            with: ShardResult(sha256: digest, labelled: pictures.count, failed: 0))
        let reporter = StoredRunReporter(jobs: store, objects: objects) {
            try AddedModels().shelf().classes(of: $0)
        }
        var bytes: [UInt8] = []
        try await reporter.export(try await store.run(run.id), as: .jsonl) { bytes += $0 }
        return bytes
    }
}

/// A sequence of one piece.
private struct Once: AsyncSequence, Sendable {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    struct AsyncIterator: AsyncIteratorProtocol {
        var piece: [UInt8]?
        mutating func next() -> [UInt8]? {
            defer { piece = nil }
            return piece
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(piece: bytes) }
}
