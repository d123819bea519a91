import PipelineCore
import TestSupport

extension Lease {
    /// The refusal that this lease's ticket meets once it is stale.
    var isStale: StoreError { .staleLease(run: run, shard: shard.index, epoch: epoch) }
}

extension JobStore {
    /// Leases for a minute; a worker's secret is always the same, so that only epochs tell its
    /// leases apart.
    func lease(to worker: String, by clock: ManualClock) async throws -> Lease? {
        try await lease(
            to: worker, secret: "secret of \(worker)", for: .seconds(60), at: clock.now())
    }
}
