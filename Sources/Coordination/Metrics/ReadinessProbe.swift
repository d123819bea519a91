import Logging
import PipelineCore

/// Finds out whether the job store answers and the disk takes a file.
///
/// Anybody may ask, so what was found is told again for a few seconds before it is looked at anew.
actor ReadinessProbe {
    private let parts: CoordinatorParts
    private var latest: (at: Tick, outcome: Task<Bool, Never>)?

    private static let freshness = Duration.seconds(5)

    init(_ parts: CoordinatorParts) { self.parts = parts }

    /// Whether everything works; the cause is logged when it does not.
    func isReady(logger: Logger) async -> Bool {
        let now = parts.clock.now()
        if let latest, now < latest.at + Self.freshness { return await latest.outcome.value }
        let parts = parts
        let outcome = Task {
            do {
                try await Self.probe(parts)
                return true
            } catch {
                logger.error("not ready", metadata: ["error": "\(error)"])
                return false
            }
        }
        latest = (now, outcome)
        return await outcome.value
    }

    private static func probe(_ parts: CoordinatorParts) async throws {
        _ = try await parts.tokens.token(SHA256Digest(of: []))
        // No run is called so: real names are longer.
        guard let id = RunID("probe") else { return }
        do {
            _ = try await parts.store.run(id)
        } catch StoreError.unknownRun {}

        let content = Array("ready?".utf8)
        let sha256 = SHA256Digest(of: content)
        let key = ObjectKey.result(id, shard: 0, epoch: 0, sha256: sha256)
        let pieces = AsyncStream<[UInt8]> { stream in
            stream.yield(content)
            stream.finish()
        }
        _ = try await parts.objects.put(key, from: pieces, sha256: sha256, limit: content.count)
        try await parts.objects.remove(key)
    }
}
