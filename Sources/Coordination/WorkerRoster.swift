import PipelineCore

/// The workers that have lately been seen, and what they hold.
///
/// It is kept in memory alone: after a restart it fills again with the first requests.
actor WorkerRoster {
    private struct Worker {
        var version: String
        var seen: Tick
        var images = 0
    }

    private struct Shard: Hashable {
        let run: RunID
        let index: Int
    }

    private var workers: [String: Worker] = [:]
    private var holders: [Shard: (epoch: Int, worker: String)] = [:]

    /// A worker that has been silent for longer is forgotten.
    private static let memory = Duration.seconds(3600)
    /// As many holders are remembered: the store knows the others.
    private static let most = 10_000

    /// Notes that a worker has called, and that it has finished `images` more.
    func saw(_ name: String, version: String? = nil, images: Int = 0, at now: Tick) {
        if workers[name] == nil { workers = workers.filter { now < $0.value.seen + Self.memory } }
        var worker = workers[name] ?? Worker(version: "unknown", seen: now)
        worker.version = version ?? worker.version
        worker.seen = max(worker.seen, now)
        worker.images += images
        workers[name] = worker
    }

    /// Notes who holds a shard from now on.
    func leased(_ ticket: LeaseTicket, to worker: String) {
        // Whoever died or lost a race is never heard of again.
        if holders.count >= Self.most { holders = [:] }
        holders[Shard(run: ticket.run, index: ticket.shard)] = (ticket.epoch, worker)
    }

    /// Forgets a lease that has ended.
    func settled(_ ticket: LeaseTicket) {
        guard holder(of: ticket) != nil else { return }
        holders[Shard(run: ticket.run, index: ticket.shard)] = nil
    }

    /// Who was given that lease; nil for one that is not known or not the shard's latest.
    func holder(of ticket: LeaseTicket) -> String? {
        guard let holder = holders[Shard(run: ticket.run, index: ticket.shard)],
            holder.epoch == ticket.epoch
        else { return nil }
        return holder.worker
    }

    /// Every worker seen in the last hour, by name.
    func statuses(at now: Tick) -> [WorkerStatus] {
        workers.sorted { $0.key < $1.key }
            .filter { now < $0.value.seen + Self.memory }
            .map { name, worker in
                WorkerStatus(
                    name: name, version: worker.version,
                    silence: max(0, now.seconds(since: worker.seen)), images: worker.images)
            }
    }
}
