import HTTPTypes
import Hummingbird
import PipelineCore

/// The routes by which a worker learns what is in its shard, and brings what it found.
struct ShardController {
    typealias Context = CoordinatorContext

    /// The longest that a result may take to arrive.
    static let uploadTime = Duration.seconds(600)

    let parts: CoordinatorParts

    var routes: [Route] {
        [
            Route(.get, "v1/runs/:run/definition", .role(.worker), use: definition),
            Route(.get, "v1/runs/:run/shards/:shard/images", .role(.worker), use: images),
            Route(.get, "v1/runs/:run/shards/:shard/images/:row", .role(.worker), use: image),
            Route(
                .put, "v1/runs/:run/shards/:shard/results/:epoch", .role(.worker),
                within: Self.uploadTime, use: upload),
        ]
    }

    /// `GET /v1/runs/:run/definition` is the run: its pipeline definition and its dataset's path.
    func definition(_ request: Request, context: Context) async throws -> Run {
        try await parts.store.run(context.run())
    }

    /// `GET /v1/runs/:run/shards/:shard/images` streams the shard's lines of the manifest.
    func images(_ request: Request, context: Context) async throws -> Response {
        let (run, shard) = try await shard(context)
        let manifest = try ManifestFile(path: parts.objects.path(of: .manifest(run)))
        return Response(
            status: .ok, headers: [.contentType: "application/jsonl"],
            body: context.body(within: .minutes(2)) { writer in
                try await manifest.read(shard) { piece in
                    try await writer.write(ByteBuffer(bytes: piece))
                    return true
                }
                try await writer.finish(nil)
            })
    }

    /// `GET /v1/runs/:run/shards/:shard/images/:row` is the file of one manifest row of the shard.
    ///
    /// Not a byte is sent before size and SHA-256 have been found to be those of the manifest. So
    /// the route shows nobody a file whose content was not known to whoever submitted the run.
    func image(_ request: Request, context: Context) async throws -> Response {
        let (id, shard) = try await shard(context)
        let row = try context.number("row")
        guard row >= shard.firstRow, row - shard.firstRow < shard.count else {
            throw Refusal(
                .notFound, "unknown-row",
                "row \(row) is not in shard \(shard.index), which begins at row "
                    + "\(shard.firstRow) and has \(shard.count)")
        }
        let run = try await parts.store.run(id)
        let manifest = try ManifestFile(path: parts.objects.path(of: .manifest(id)))
        let entry = try await manifest.entry(at: row - shard.firstRow, of: shard)
        // Only workers fetch: an address chosen by a submitter must not be asked from here.
        guard !entry.isRemote else {
            throw ImageSourceError.unreadable("fetch it from its address, not from here")
        }
        guard let sha256 = entry.sha256 else {
            throw ImageSourceError.unreadable(entry.problem ?? "it was not read at submission")
        }
        let bytes = try await parts.images.read(entry, in: run.dataset)
        guard entry.describes(bytes) else { throw ImageSourceError.changed }
        let content = ByteBuffer(bytes: bytes)
        return Response(
            status: .ok,
            headers: [.contentType: "application/octet-stream", .contentSHA256: sha256.hex],
            body: context.body(within: .minutes(2), contentLength: bytes.count) { writer in
                try await writer.write(content)
                try await writer.finish(nil)
            })
    }

    /// `PUT /v1/runs/:run/shards/:shard/results/:epoch` receives a result file, whole or not at all.
    ///
    /// It counts for nothing until the lease is completed with it.
    func upload(_ request: Request, context: Context) async throws -> HTTPResponse.Status {
        let (id, shard) = try await shard(context)
        let epoch = try context.number("epoch")
        guard let sha256 = request.headers[.contentSHA256].flatMap({ SHA256Digest(hex: $0) }) else {
            throw Refusal(
                .badRequest, "no-digest",
                "a result comes with its SHA-256, as 'Content-SHA256: ' and 64 hexadecimal digits")
        }
        let run = try await parts.store.run(id)
        guard run.state == .running else {
            throw StoreError.staleLease(run: id, shard: shard.index, epoch: epoch)
        }
        let upload = Upload(request)
        do {
            _ = try await parts.objects.put(
                .result(id, shard: shard.index, epoch: epoch, sha256: sha256), from: upload,
                sha256: sha256, limit: Self.resultLimit(shard, run.definition))
        } catch {
            throw upload.failure ?? error
        }
        return .created
    }

    /// The most bytes of a result: far above any row of logits and embeddings, far below a disk.
    private static func resultLimit(_ shard: ShardRange, _ definition: PipelineDefinition) -> Int {
        (1 << 20) + shard.count * (definition.members.count + 1) * (64 << 10)
    }

    /// The shard that the path names.
    private func shard(_ context: Context) async throws -> (RunID, ShardRange) {
        let run = try context.run()
        return (run, try await parts.store.shard(context.number("shard"), of: run))
    }
}
