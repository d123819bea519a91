import Logging
import PipelineCore

extension Worker {
    /// Tells the coordinator of workers that died on this host, and gives their leases back: those
    /// with an image in hand as crashed, the others as if their worker had left.
    ///
    /// A marker whose leases could not be told of stays for the next worker.
    func reportDeaths() async throws {
        guard let folder = options.stateFolder else { return }
        for remains in MarkerRemains.all(in: folder) {
            for lease in remains.leases {
                do throws(ClientError) {
                    try await client.release(
                        ReleaseRequest(ticket: lease.ticket, crash: lease.mark))
                    logger.notice(
                        "told of a worker that died",
                        metadata: [
                            "run": "\(lease.ticket.run)", "shard": "\(lease.ticket.shard)",
                            "rows": "\(lease.mark?.rows ?? [])",
                            "signal": "\(lease.mark?.signal.map(String.init) ?? "none")",
                        ])
                } catch  where error.isTransient || error.isFinal || error == .cancelled {
                    throw error
                } catch {
                    // Somebody else has the shard by now, or it has ended.
                    logger.debug("a dead worker's lease was over: \(error)")
                }
            }
            remains.remove()
        }
    }
}
