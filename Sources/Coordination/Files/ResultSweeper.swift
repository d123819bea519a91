import Logging
import PipelineCore
import ServiceLifecycle

/// Removes the results that lost a race, once their run is done and nothing can arrive any more.
struct ResultSweeper: Service {
    let parts: CoordinatorParts
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var sweep = ResultSweep(parts: parts)
            var isFailing = false
            while !Task.isCancelled {
                do {
                    let results = try await sweep.run()
                    if results > 0 {
                        logger.info(
                            "removed results that do not count",
                            metadata: ["results": "\(results)"])
                    }
                    isFailing = false
                } catch {
                    // Once for each spell: what is left is tried again in a minute.
                    if !isFailing {
                        logger.error("results cannot be swept", metadata: ["error": "\(error)"])
                    }
                    isFailing = true
                }
                try? await Task.sleep(for: .seconds(60))
            }
        }
    }
}

/// Which runs have been swept, and which will be.
struct ResultSweep {
    /// How long a run has to be done: an upload that began before takes no longer than that.
    static let patience = ShardController.uploadTime + .seconds(60)

    let parts: CoordinatorParts
    private var done: [RunID: Tick] = [:]
    private var swept: Set<RunID> = []

    init(parts: CoordinatorParts) { self.parts = parts }

    /// Sweeps every run that has been seen done for long enough; how many results went.
    mutating func run() async throws -> Int {
        let now = parts.clock.now()
        var count = 0
        for run in try await parts.store.runNames(in: .done) where !swept.contains(run) {
            guard let since = done[run] else {
                done[run] = now
                continue
            }
            guard since + Self.patience < now else { continue }
            let kept = try await parts.ledger?.results(of: run) ?? []
            let heard = try await parts.store.opinions(of: run, on: nil).flatMap {
                shard, opinions in
                opinions.map { $0.key(of: shard, in: run) }
            }
            count += try await parts.objects.removeOrphans(
                of: run, in: parts.store, keeping: kept.union(heard))
            done[run] = nil
            swept.insert(run)
        }
        return count
    }
}
