import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import PipelineCore
import Storage
import Synchronization
import TestSupport

@testable import Coordination

/// A coordinator over real stores in a folder of its own, with a token for each role.
final class Bench: Sendable {
    let folder = TemporaryFolder()
    let clock = ManualClock(seconds: 1000)
    let store: any JobStore & TokenStore
    let objects: FileObjectStore
    let images = SampleImages()
    let tokens: [Role: BearerToken]
    /// Seconds since 1970, which stand still until they are told otherwise.
    let date = Mutex(1_800_000_000.0)
    /// What was computed before; nothing unless a test says so.
    let ledger = Mutex<(any PredictionLedger)?>(nil)

    init(_ kind: StoreKind = .memory) async throws {
        store = try kind.open(in: folder, clock: clock)
        objects = try FileObjectStore(folder: folder.file("objects"))
        var generator = SeededGenerator(seed: 7)
        var tokens: [Role: BearerToken] = [:]
        for role in Role.allCases {
            let token = BearerToken(role: role, using: &generator)
            try await store.add(TokenRecord(digest: token.digest, role: role, name: "test"))
            tokens[role] = token
        }
        self.tokens = tokens
    }

    var parts: CoordinatorParts {
        CoordinatorParts(
            store: store, objects: objects, tokens: store, reporter: SampleReporter(),
            images: images, clock: clock, date: { [self] in date.withLock { $0 } },
            backups: store as? any BackupSource, ledger: ledger.withLock { $0 })
    }

    func coordinator(
        _ settings: CoordinatorSettings = .unlimited,
        onListening: @escaping @Sendable (CoordinatorAddress) async -> Void = { _ in }
    ) -> Coordinator {
        Coordinator(parts, settings: settings, logger: .quiet, onListening: onListening)
    }

    /// Runs `test` against the coordinator's router.
    func test<Value>(
        _ setup: TestingSetup = .router, settings: CoordinatorSettings = .unlimited,
        _ test: @Sendable (Caller) async throws -> Value
    ) async throws -> Value {
        try await run(coordinator(settings).application(), setup, test)
    }

    /// Runs `test` against a router that serves `routes`, and what `change` does to it.
    func test<Value>(
        serving routes: [Route], _ setup: TestingSetup = .router,
        change: (Router<CoordinatorContext>) -> Void = { _ in },
        _ test: @Sendable (Caller) async throws -> Value
    ) async throws -> Value {
        let router = coordinator().router(serving: RouteTable(routes), CoordinatorMetrics())
        change(router)
        return try await run(Application(router: router, logger: .quiet), setup, test)
    }

    private func run<Value>(
        _ application: some ApplicationProtocol, _ setup: TestingSetup,
        _ test: @Sendable (Caller) async throws -> Value
    ) async throws -> Value {
        try await application.test(setup) { client in
            try await test(Caller(client: client, tokens: tokens))
        }
    }
}

/// Asks the coordinator under the token of a role.
struct Caller: Sendable {
    let client: any TestClientProtocol
    let tokens: [Role: BearerToken]

    func send(
        _ method: HTTPRequest.Method, _ path: String, as role: Role?, body: [UInt8]? = nil,
        _ headers: [String: String] = [:]
    ) async throws -> TestResponse {
        var fields = HTTPFields()
        if let token = role.flatMap({ tokens[$0] }) {
            fields[.authorization] = "Bearer \(token.text)"
        }
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return try await client.executeRequest(
            uri: path, method: method, headers: fields, body: body.map { ByteBuffer(bytes: $0) })
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, as role: Role?, json: some Encodable
    ) async throws -> TestResponse {
        try await send(method, path, as: role, body: Array(try JSONEncoder().encode(json)))
    }

    /// Submits `manifest`, and sends it.
    func submit(_ manifest: [UInt8], _ definition: PipelineDefinition = .sample) async throws -> Run
    {
        let submission = RunSubmission(
            definition: definition, dataset: RelativePath(text: "/photos"),
            manifest: SHA256Digest(of: manifest))
        let run = try await send(.post, "/v1/runs", as: .submitter, json: submission).decode(
            Run.self)
        return try await send(.put, "/v1/runs/\(run.id)/manifest", as: .submitter, body: manifest)
            .decode(Run.self)
    }

    /// Leases the next shard.
    func lease(as worker: String = "ada") async throws -> Lease {
        try await send(
            .post, "/v1/leases", as: .worker, json: LeaseRequest(worker: worker, version: "1.0")
        ).decode(Lease.self)
    }

    /// Uploads `bytes` as the result of a lease.
    func upload(_ bytes: [UInt8], for lease: Lease) async throws -> TestResponse {
        try await send(
            .put, "/v1/runs/\(lease.run)/shards/\(lease.shard.index)/results/\(lease.epoch)",
            as: .worker, body: bytes, ["Content-SHA256": SHA256Digest(of: bytes).hex])
    }

    /// Completes a lease with an uploaded result.
    func complete(_ lease: Lease, with bytes: [UInt8]) async throws -> TestResponse {
        let result = ShardResult(
            sha256: SHA256Digest(of: bytes), labelled: lease.shard.count, failed: 0)
        return try await send(
            .post, "/v1/leases/complete", as: .worker,
            json: CompletionRequest(ticket: lease.ticket, result: result))
    }
}

extension CoordinatorSettings {
    /// Requests as often as a test likes.
    static var unlimited: CoordinatorSettings {
        var settings = CoordinatorSettings(version: "9.9")
        settings.rates = .unlimited
        return settings
    }
}

extension TestResponse {
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(body.readableBytesView))
    }

    /// The body.
    var text: String { String(buffer: body) }

    /// The code of the ``Problem`` in the body; empty when there is none.
    var code: String { (try? decode(Problem.self).code) ?? "" }

    /// The message of the ``Problem`` in the body; empty when there is none.
    var message: String { (try? decode(Problem.self).message) ?? "" }
}

extension PipelineDefinition {
    /// One pinned member, two images a shard.
    static let sample = PipelineDefinition(
        name: "imagenet-fast",
        members: [
            Member(
                name: "lite0", model: "efficientnet_lite0",
                weights: SHA256Digest(of: Array("weights".utf8)))
        ], shardSize: 2)
}

/// A manifest of files named by `names`, whose content is their name.
func manifest(_ names: String...) -> [UInt8] {
    names.flatMap { ManifestLine.encode(.sample($0)) }
}

extension ImageEntry {
    /// A file at `path` that holds its own path.
    static func sample(_ path: String) -> ImageEntry {
        ImageEntry(
            file: RelativePath(text: path), size: path.utf8.count,
            sha256: SHA256Digest(of: Array(path.utf8)))
    }
}

/// Files that hold their own path, unless told otherwise.
final class SampleImages: ImageSource {
    private let replaced = Mutex<[RelativePath: Result<[UInt8], ImageSourceError>]>([:])

    func replace(_ path: String, with content: Result<[UInt8], ImageSourceError>) {
        replaced.withLock { $0[RelativePath(text: path)] = content }
    }

    func read(_ entry: ImageEntry, in dataset: RelativePath) throws -> [UInt8] {
        try replaced.withLock { $0[entry.file] }?.get() ?? entry.file.bytes
    }
}

/// Tells which run it was asked about.
struct SampleReporter: RunReporter {
    func export(
        _ run: Run, as format: ManifestFormat, to write: (consuming [UInt8]) async throws -> Void
    ) async throws {
        for row in 0..<run.counts.images { try await write(Array("\(format) \(row)\n".utf8)) }
    }

    func report(_ run: Run) -> String { "# \(run.id)\n" }
}

extension Logger {
    /// Says nothing.
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
