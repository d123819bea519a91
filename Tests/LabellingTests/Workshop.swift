import Coordination
import Datasets
import Foundation
import Ledgers
import Logging
import PipelineCore
import Results
import Storage
import TestSupport
import Testing
import Transport

@testable import Labelling

/// A real coordinator on loopback, with a folder of small pictures for its workers.
struct Workshop: Sendable {
    let folder = TemporaryFolder()
    let store = MemoryJobStore(attempts: 3)
    let objects: FileObjectStore
    let clock = ManualClock(seconds: 1000)
    let reporter = FixedReporter()
    /// What has been computed; nil unless it was asked for.
    let ledger: SQLiteLedger?
    let tokens: [Role: BearerToken]
    private(set) var url = ""

    private init(hasLedger: Bool) async throws {
        objects = try FileObjectStore(folder: folder.file("objects"))
        ledger =
            hasLedger
            ? try SQLiteLedger(path: folder.file("ledger.sqlite"), objects: objects) {
                1_800_000_000
            }
            : nil
        var generator = SeededGenerator(seed: 11)
        var tokens: [Role: BearerToken] = [:]
        for role in Role.allCases {
            let token = BearerToken(role: role, using: &generator)
            await store.add(TokenRecord(digest: token.digest, role: role, name: "test"))
            tokens[role] = token
        }
        self.tokens = tokens
    }

    /// Runs `body` while the coordinator answers, with leases of `term`.
    static func open(
        term: Duration = .seconds(60), security: TransportSecurity? = nil, hasLedger: Bool = false,
        _ body: (Workshop) async throws -> Void
    ) async throws {
        var workshop = try await Workshop(hasLedger: hasLedger)
        let (addresses, address) = AsyncStream.makeStream(of: String.self)
        let coordinator = Coordinator(
            CoordinatorParts(
                store: workshop.store, objects: workshop.objects, tokens: workshop.store,
                reporter: workshop.reporter, images: DatasetReader(), clock: workshop.clock,
                ledger: workshop.ledger),
            settings: CoordinatorSettings(leaseTerm: term, security: security), logger: .quiet
        ) { address.yield($0.url) }
        let running = Task {
            defer { address.finish() }
            try await coordinator.run()
        }
        for await url in addresses {
            workshop.url = url
            break
        }
        // Where it does not begin to listen, it says why.
        guard !workshop.url.isEmpty else { return try await running.value }
        let result: Result<Void, any Error>
        do {
            try await body(workshop)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        running.cancel()
        _ = await running.result
        try result.get()
    }

    /// A client under the token of `role`, which does not wait long.
    func client(
        _ role: Role, at url: String? = nil, trust: ClientTrust = ClientTrust()
    ) throws -> CoordinatorClient {
        CoordinatorClient(
            try CoordinatorURL(url ?? self.url), token: try token(role),
            retry: RetryPolicy(cap: .milliseconds(50), attempts: 4), trust: trust)
    }

    func token(_ role: Role) throws -> BearerToken {
        guard let token = tokens[role] else { throw CocoaError(.keyValueValidation) }
        return token
    }

    /// A worker that ends when there is nothing left, with one image a batch unless told otherwise.
    ///
    /// Its grace time and its farewell are long, since hundreds of tests may share two cores.
    func worker(
        _ engine: some EnsembleLoader, at url: String? = nil, name: String = "ada",
        streams: Int = 1, batch: Int = 1, once: Bool = true, grace: Duration = .seconds(600),
        images: any ImageSource = DatasetReader(), stateFolder: String? = nil,
        progress: (@Sendable (Int) -> Void)? = nil
    ) throws -> Worker {
        Worker(
            try CoordinatorURL(url ?? self.url), token: try token(.worker),
            options: WorkerOptions(
                name: name, version: "1.0", streams: streams, batch: batch, once: once,
                grace: grace, farewell: .seconds(600), poll: .milliseconds(50),
                stateFolder: stateFolder),
            loader: engine, images: images, logger: .quiet, progress: progress)
    }

    /// Submits the folder `dataset` as it is now, `shardSize` images a shard.
    func submit(
        _ names: [String], shardSize: Int = 64,
        _ change: (inout RunSubmission) -> Void = { _ in }
    ) async throws -> Run {
        let dataset = folder.file("dataset")
        let lines = try names.map { name in
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: dataset + "/" + name)))
            return ManifestLine.encode(
                ImageEntry(
                    file: RelativePath(text: name), size: bytes.count,
                    sha256: SHA256Digest(of: bytes)))
        }
        return try await submit(manifest: lines.flatMap { $0 }, shardSize: shardSize, change)
    }

    /// Submits a manifest that may say anything.
    func submit(
        manifest: [UInt8], shardSize: Int = 64,
        _ change: (inout RunSubmission) -> Void = { _ in }
    ) async throws -> Run {
        let submitter = try client(.submitter)
        var submission = RunSubmission(
            definition: .colours(shardSize: shardSize),
            dataset: RelativePath(text: folder.file("dataset")),
            manifest: SHA256Digest(of: manifest))
        change(&submission)
        let run = try await submitter.submit(submission)
        let path = folder.file("manifest.jsonl")
        try Data(manifest).write(to: URL(filePath: path))
        return try await submitter.sendManifest(of: run.id, from: path)
    }

    /// A proxy before the coordinator that makes some faults.
    func proxy(
        faults: Int, _ fault: @escaping @Sendable (String) -> FaultProxy.Fault?
    ) throws -> FaultProxy {
        let port = try #require(URLComponents(string: url)?.port)
        return try FaultProxy(to: port, faults: faults, fault)
    }

    /// Lets every lease run out, and takes the first shard for a worker called `grace`.
    func steal(from run: Run) async throws -> Lease? {
        clock.advance(by: .seconds(100))
        for _ in 0..<300 {
            let lease = try await store.lease(
                to: "grace", secret: "s", for: .seconds(1000), at: clock.now())
            if let lease { return lease }
            try await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }

    /// Writes a file of the dataset.
    func write(_ bytes: [UInt8], to name: String) throws {
        let url = URL(filePath: folder.file("dataset") + "/" + name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    /// Writes `count` pictures, each of its own colour, and gives their names in order.
    func writePictures(_ count: Int) throws -> [String] {
        try (0..<count).map { index in
            let name = "\(1000 + index).png"
            try write(TinyPNG.plain(colour(index)[0], colour(index)[1], colour(index)[2]), to: name)
            return name
        }
    }

    /// The results that count, in order of their rows.
    func results(of run: Run) async throws -> [ShardResultFile] {
        let shards = try await store.endedShards(of: run.id, from: 0, limit: 1000)
        return try shards.map { shard in
            guard let result = shard.result else { throw CocoaError(.fileNoSuchFile) }
            let key = ObjectKey.result(
                run.id, shard: shard.range.index, epoch: shard.epoch, sha256: result.sha256)
            return try ShardResultFile(path: objects.path(of: key), sha256: result.sha256)
        }
    }

    /// The first member's logits of every row, and nil for failed ones.
    func rows(of run: Run, member: Int = 0) async throws -> [[Float]?] {
        try await results(of: run).flatMap { file in
            (0..<file.rows).map { row in
                file.failure(row) == nil ? file.logits(member: member, row: row) : nil
            }
        }
    }
}

/// The colour of picture `index`; no two of the first 250 are alike.
func colour(_ index: Int) -> [UInt8] {
    [UInt8(index % 250), UInt8(index * 7 % 251), UInt8(index * 13 % 241)]
}

/// What a colour engine says of picture `index`.
func logits(_ index: Int) -> [Float] { colour(index).map(Float.init) }

/// Exports a manifest of a known length.
struct FixedReporter: RunReporter {
    static let pieces = 300

    func export(
        _ run: Run, as format: ManifestFormat, to write: (consuming [UInt8]) async throws -> Void
    ) async throws {
        for piece in 0..<Self.pieces {
            try await write([UInt8](repeating: UInt8(piece % 251), count: 10_000))
        }
    }

    func report(_ run: Run) -> String { "# Run \(run.id)\n" }
}

extension PipelineDefinition {
    static func colours(shardSize: Int) -> PipelineDefinition {
        let members = ["a", "b"].enumerated().map { index, name in
            Member(name: name, model: "colour", weights: SHA256Digest(of: [UInt8(index)]))
        }
        return PipelineDefinition(name: "colours", members: members, shardSize: shardSize)
    }
}

extension Logger {
    /// Says nothing.
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
