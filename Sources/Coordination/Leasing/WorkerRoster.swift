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
    /// A worker that has been silent for longer has probably left.
    private static let presence = Duration.seconds(60)
    /// As many workers are listed whether they have left or not.
    private static let listed = 100
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

    /// The latest hundred workers of the last hour, and all others seen in the last minute, by name.
    ///
    /// Where workers come and go all day, a list of all would be long, and made anew at each look.
    func statuses(at now: Tick) -> [WorkerStatus] {
        workers.filter { now < $0.value.seen + Self.memory }
            .sorted { ($1.value.seen, $0.key) < ($0.value.seen, $1.key) }
            .enumerated()
            .filter { $0.offset < Self.listed || now < $0.element.value.seen + Self.presence }
            .map(\.element)
            .sorted { $0.key < $1.key }
            .map { name, worker in
                WorkerStatus(
                    name: name, version: worker.version,
                    silence: max(0, now.seconds(since: worker.seen)), images: worker.images)
            }
    }
}
