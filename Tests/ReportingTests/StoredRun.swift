import Foundation
import PipelineCore
import Reporting
import Results
import TestSupport

/// A finished run as a coordinator would have stored it, in a folder of its own.
final class StoredRun: Sendable {
    /// What a row of the run is to hold.
    enum Row: Sendable {
        /// Each member's probabilities, which the result holds as logits.
        case probabilities([[Double]])
        case failed(String, String)
    }

    let run: Run
    let jobs: ListedShards
    let objects: FolderObjects
    let classes: ClassList

    /// Stores a run of `names`, `shardSize` rows a shard; the shards in `givenUp` have no result.
    init(
        _ names: [[UInt8]], definition: PipelineDefinition, classes: ClassList,
        givenUp: [Int: String] = [:], row: (Int) -> Row
    ) throws {
        let id = try required(RunID("rstored"))
        objects = FolderObjects()
        self.classes = classes
        var manifest: [UInt8] = []
        var shards: [EndedShard] = []
        var counts = RunCounts()
        for start in stride(from: 0, to: names.count, by: definition.shardSize ?? 64) {
            let rows = start..<min(start + (definition.shardSize ?? 64), names.count)
            let lines = rows.flatMap { row in
                ManifestLine.encode(
                    ImageEntry(
                        file: RelativePath(bytes: names[row]), size: row,
                        sha256: SHA256Digest(of: names[row])))
            }
            let range = ShardRange(
                index: shards.count, firstRow: start, count: rows.count, offset: manifest.count,
                length: lines.count)
            manifest += lines
            let failure = givenUp[range.index]
            let result =
                failure == nil
                ? try Self.store(range, of: id, definition, classes, objects, row: row) : nil
            shards.append(
                EndedShard(range: range, epoch: 1, result: result, failure: failure))
            counts.labelled += result?.labelled ?? 0
            counts.failed += result?.failed ?? range.count
        }
        try objects.store(manifest, as: .manifest(id))
        counts.shards = shards.count
        counts.shardsFailed = givenUp.count
        counts.shardsDone = shards.count - givenUp.count
        counts.images = names.count
        jobs = ListedShards(shards)
        run = Run(
            id: id, key: "key", state: .done,
            dataset: RelativePath(bytes: Array("/photos/my|cats".utf8)),
            definition: definition, manifest: SHA256Digest(of: manifest),
            created: 1_790_000_000, counts: counts)
    }

    private static func store(
        _ range: ShardRange, of run: RunID, _ definition: PipelineDefinition,
        _ classes: ClassList, _ objects: FolderObjects, row: (Int) -> Row
    ) throws -> ShardResult {
        let members = definition.members.map { member in
            ResultMember(
                name: member.name, weights: member.weights ?? SHA256Digest(of: [0]),
                classes: classes.labels.count)
        }
        var outcome = ShardOutcome(run: run, range: range, members: members)
        for place in 0..<range.count {
            switch row(range.firstRow + place) {
            case .probabilities(let rows):
                for (member, probabilities) in rows.enumerated() {
                    let logits = probabilities.map { Float(log($0)) }
                    try outcome.record(logits.span, member: member, row: place)
                }
            case .failed(let reason, let detail):
                try outcome.fail(place, ImageFailure(reason: reason, detail: detail))
            }
        }
        let bytes = try outcome.encode()
        let digest = SHA256Digest(of: bytes)
        try objects.store(bytes, as: .result(run, shard: range.index, epoch: 1, sha256: digest))
        return ShardResult(sha256: digest, labelled: outcome.labelled, failed: outcome.failed)
    }

    func reporter(width: Int = 2) -> StoredRunReporter {
        StoredRunReporter(jobs: jobs, objects: objects, width: width) { [classes] _ in classes }
    }

    /// The whole manifest in one piece.
    func export(_ format: ManifestFormat, width: Int = 2) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await reporter(width: width).export(run, as: format) { bytes += $0 }
        return bytes
    }
}

/// The ended shards of a run, from a list.
struct ListedShards: JobStore {
    struct NotAsked: Error {}

    var shards: [EndedShard]

    init(_ shards: [EndedShard]) { self.shards = shards }

    func endedShards(of run: RunID, from row: Int, limit: Int) -> [EndedShard] {
        Array(shards.drop { $0.range.firstRow < row }.prefix(limit))
    }

    func open(_ run: Run) throws -> Run { throw NotAsked() }
    func start(_ run: RunID, images: Int, shards: [ShardRange]) throws -> Run { throw NotAsked() }
    func run(_ id: RunID) throws -> Run { throw NotAsked() }
    func runs() throws -> [Run] { throw NotAsked() }
    func runs(latest limit: Int) throws -> (runs: [Run], earlier: Int) { throw NotAsked() }
    func totals() throws -> RunTotals { throw NotAsked() }
    func runNames(in state: RunState) throws -> [RunID] { throw NotAsked() }
    func lease(_ claim: LeaseClaim) throws -> Lease? { throw NotAsked() }
    func renew(
        _ ticket: LeaseTicket, progress: Int, isBegun: Bool, for term: Duration, at now: Tick
    ) throws { throw NotAsked() }
    func complete(
        _ ticket: LeaseTicket, with result: ShardResult, agreeing views: [Int: Bool],
        _ testimony: Testimony
    ) throws -> Completion { throw NotAsked() }
    func release(_ ticket: LeaseTicket, _ reason: HandBack) throws { throw NotAsked() }
    func lateRequests(of run: RunID) throws -> [LateRequest] { throw NotAsked() }
    func expireLeases(at now: Tick) throws -> Int { throw NotAsked() }
    func shard(_ index: Int, of run: RunID) throws -> ShardRange { throw NotAsked() }
    func holders(of run: RunID) throws -> [LeaseHolder] { throw NotAsked() }
    func oldestLease() throws -> Tick? { throw NotAsked() }
    func steer(_ run: RunID, _ order: RunOrder) throws -> Run { throw NotAsked() }
    func hold(_ run: RunID, because words: String) throws { throw NotAsked() }
    func prioritise(_ run: RunID, _ priority: Int) throws -> Run { throw NotAsked() }
    func quarantine(of run: RunID?) throws -> [QuarantinedImage] { throw NotAsked() }
    func readmit(row: Int, of run: RunID, by terms: Readmission) throws -> Run {
        throw NotAsked()
    }
    func opinions(of run: RunID, on shard: Int?) throws -> [Int: [Opinion]] { throw NotAsked() }
    func audit(of run: RunID) throws -> AuditSummary { throw NotAsked() }
    func waiveAudits(of run: RunID) throws -> Int { throw NotAsked() }
    func quarantinedWorkers() throws -> [QuarantinedWorker] { throw NotAsked() }
    func quarantine(_ worker: QuarantinedWorker) throws { throw NotAsked() }
    func releaseWorker(_ host: String) throws { throw NotAsked() }
    func canaries(of run: RunID) throws -> CanaryLog { throw NotAsked() }
    func withdrawnResults() throws -> [ObjectKey] { throw NotAsked() }
    func strike(_ withdrawn: [ObjectKey]) throws { throw NotAsked() }
}

/// Objects as files in a folder that is gone with it.
final class FolderObjects: ObjectStore {
    struct NotAsked: Error {}

    private let folder = TemporaryFolder()

    func store(_ bytes: some Sequence<UInt8>, as key: ObjectKey) throws {
        let file = URL(filePath: folder.file(key.path))
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    func path(of key: ObjectKey) throws -> String {
        let path = folder.file(key.path)
        guard FileManager.default.fileExists(atPath: path) else {
            throw ObjectError.missing(key.path)
        }
        return path
    }

    func remove(_ key: ObjectKey) throws {
        try FileManager.default.removeItem(atPath: folder.file(key.path))
    }

    func put<Bytes: AsyncSequence & Sendable>(
        _ key: ObjectKey, from bytes: Bytes, sha256: SHA256Digest?, limit: Int
    ) async throws -> StoredObject where Bytes.Element == [UInt8] { throw NotAsked() }

    func results(of run: RunID) throws -> [ObjectKey] { throw NotAsked() }
}

struct Absent: Error {}

func required<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Absent() }
    return value
}
