import Logging
import PipelineCore
import ServiceLifecycle

/// Returns shards to the queue, once a second, when their lease has ended, and settles the audits that
/// nobody comes for and the differences that nobody decides.
struct LeaseSweeper: Service {
    let store: any JobStore
    let clock: any TickSource
    let keeper: LedgerKeeper?
    let metrics: CoordinatorMetrics
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var isFailing = false
            var audits = AuditPatience()
            var canaries = CanaryPatience()
            while !Task.isCancelled {
                do {
                    let leases = try await store.expireLeases(at: clock.now())
                    metrics.ended(.expired, leases)
                    if leases > 0 {
                        logger.notice("leases ended by time", metadata: ["leases": "\(leases)"])
                    }
                    try await audits.settle(in: store, at: clock.now())
                    try await canaries.settle(in: store, at: clock.now())
                    try await keeper?.forgetWithdrawn()
                    isFailing = false
                } catch {
                    // Once for each spell: the store is asked again in a second.
                    if !isFailing {
                        logger.error("leases cannot be swept", metadata: ["error": "\(error)"])
                    }
                    isFailing = true
                }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }
}
