import Hummingbird
import PipelineCore

/// The routes of whoever looks after images that end their workers.
struct QuarantineController {
    typealias Context = CoordinatorContext

    let parts: CoordinatorParts

    var routes: [Route] {
        [
            Route(.get, "v1/quarantine", .role(.viewer), use: all),
            Route(.get, "v1/runs/:run/quarantine", .role(.viewer), use: ofRun),
            Route(.post, "v1/runs/:run/quarantine/:row", .role(.submitter), use: readmit),
        ]
    }

    /// `GET /v1/quarantine` lists the images in quarantine of every run.
    func all(_ request: Request, context: Context) async throws -> QuarantineList {
        try await named(parts.store.quarantine(of: nil))
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
