import Hummingbird
import PipelineCore

/// The routes of whoever looks after images that end their workers, and workers that are not trusted.
struct QuarantineController {
    typealias Context = CoordinatorContext

    let parts: CoordinatorParts

    var routes: [Route] {
        [
            Route(.get, "v1/quarantine", .role(.viewer), use: all),
            Route(.get, "v1/runs/:run/quarantine", .role(.viewer), use: ofRun),
            Route(.post, "v1/quarantine/workers", .role(.admin), use: trust),
            Route(.post, "v1/runs/:run/quarantine/:row", .role(.submitter), use: readmit),
        ]
    }

    /// `GET /v1/quarantine` lists the images in quarantine of every run, and the workers.
    func all(_ request: Request, context: Context) async throws -> QuarantineList {
        var list = try await named(parts.store.quarantine(of: nil))
        list.workers = try await parts.store.quarantinedWorkers()
        return list
    }

    /// `GET /v1/runs/:run/quarantine` lists those of one run.
    func ofRun(_ request: Request, context: Context) async throws -> QuarantineList {
        try await named(parts.store.quarantine(of: context.run()))
    }

    /// `POST /v1/runs/:run/quarantine/:row` puts an image back into the queue.
    func readmit(_ request: Request, context: Context) async throws -> Run {
        let terms = try await request.message(as: ReadmissionRequest.self, context).terms
        return try await parts.store.readmit(
            row: context.number("row"), of: context.run(), by: terms)
    }

    /// `POST /v1/quarantine/workers` sets a host's workers aside, or gives them another chance.
    func trust(_ request: Request, context: Context) async throws -> QuarantineList {
        let wish = try await request.message(as: WorkerTrustRequest.self, context)
        guard (1...200).contains(wish.worker.utf8.count) else {
            throw Refusal(.badRequest, "bad-request", "a worker's name has 1 to 200 bytes")
        }
        let host = WorkerHost.of(wish.worker)
        if wish.trusted {
            try await parts.store.releaseWorker(host)
        } else {
            try await parts.store.quarantine(
                QuarantinedWorker(host: host, reason: "set aside by a person"))
        }
        return QuarantineList(images: [], workers: try await parts.store.quarantinedWorkers())
    }

    /// The images with their files' names, which stand in the manifests.
    private func named(_ images: [QuarantinedImage]) async throws -> QuarantineList {
        var images = images
        for place in images.indices {
            let (run, row) = (images[place].run, images[place].row)
            // An ended shard of one row: the store has it, whatever its number.
            guard let shard = try await parts.store.endedShards(of: run, from: row, limit: 1).first
            else { continue }
            let manifest = try ManifestFile(path: parts.objects.path(of: .manifest(run)))
            images[place].file = try await manifest.entry(at: 0, of: shard.range).file
        }
        return QuarantineList(images: images)
    }
}
