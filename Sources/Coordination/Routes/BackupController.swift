import Foundation
import HTTPTypes
import Hummingbird
import Logging
import PipelineCore

/// The route of whoever keeps copies of the job store.
struct BackupController {
    typealias Context = CoordinatorContext

    /// The longest that making a copy may take: a store of gigabytes on a slow disk.
    static let patience = Duration.seconds(1800)

    let parts: CoordinatorParts

    var routes: [Route] {
        [Route(.get, "v1/backup", .role(.admin), within: Self.patience, use: backup)]
    }

    /// `GET /v1/backup` is the job store as it is at this moment, an SQLite file.
    ///
    /// The copy is made beside the store, so that a slow reader holds nobody up, and is gone when
    /// the answer ends, however it ends.
    func backup(_ request: Request, context: Context) async throws -> Response {
        guard let source = parts.backups else {
            throw Refusal(
                .notImplemented, "no-backup", "this coordinator's job store is not on disk")
        }
        let copy = TemporaryCopy(path: try await source.makeBackup())
        let file = try FileHandle(forReadingFrom: URL(filePath: copy.path))
        let size = try Int(file.seekToEnd())
        try file.seek(toOffset: 0)
        context.logger.notice(
            "the job store was copied",
            metadata: ["bytes": "\(size)", "by": "\(context.bearer?.name ?? "nobody")"])
        return Response(
            status: .ok, headers: [.contentType: "application/vnd.sqlite3"],
            body: context.body(within: .hours(1), contentLength: size) { writer in
                defer { withExtendedLifetime(copy) {} }
                while let piece = try file.read(upToCount: 256 << 10), !piece.isEmpty {
                    try await writer.write(ByteBuffer(bytes: piece))
                }
                try file.close()
                try await writer.finish(nil)
            })
    }
}

/// A file that goes when nobody holds it any more.
private final class TemporaryCopy: Sendable {
    let path: String

    init(path: String) { self.path = path }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
