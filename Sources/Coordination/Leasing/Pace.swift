import PipelineCore

/// How fast workers are, and how long shards take; it decides sizes and backups, never results.
///
/// It is kept in memory alone: after a restart it is measured again.
actor Pace {
    private struct Worker {
        /// Images a second: half of it is the last shard's, a quarter the one's before, and so on.
        var rate: Double?
        var lastCompletion: Tick?
    }

    fileprivate struct Shard: Hashable {
        let run: RunID
        let index: Int
        let epoch: Int
    }

    private var workers: [String: Worker] = [:]
    private var begun: [Shard: (worker: String, at: Tick)] = [:]
    /// The seconds that a run's last shards took, from lease to completion.
    private var durations: [RunID: Durations] = [:]

    private struct Durations {
        var seconds: [Double] = []
        var last: Tick
    }

    /// How long a run is remembered of which no shard is finished.
    private static let interest = Duration.seconds(3600)
    /// As many workers and leases are remembered, the latest ones.
    private static let memory = 10_000
    /// As many shards tell how long one takes; before the first few, nothing is too long.
    private static let samples = 3...64
    /// A shard that takes twice what three quarters of the others took is worked on twice.
    private static let patience = (quantile: 0.75, factor: 2.0, least: 5.0)

    /// Notes that a worker has a shard from now on.
    func leased(_ ticket: LeaseTicket, to worker: String, at now: Tick) {
        if begun.count >= Self.memory { begun = [:] }
        begun[Shard(ticket)] = (worker, now)
    }

    /// Notes that a shard is finished, of which so many images had to be computed.
    ///
    /// One that was known altogether says nothing about how long others will take.
    func completed(_ ticket: LeaseTicket, images: Int, at now: Tick) {
        guard let (name, start) = begun.removeValue(forKey: Shard(ticket)),
            images > 0
        else { return }
        note(now.seconds(since: start), of: ticket.run, at: now)
        if workers.count >= Self.memory { workers = [:] }
        var worker = workers[name] ?? Worker()
        // A shard that was leased ahead waited for the one before it.
        let seconds = now.seconds(since: max(start, worker.lastCompletion ?? start))
        worker.lastCompletion = now
        if seconds > 0 {
            let rate = Double(images) / seconds
            worker.rate = worker.rate.map { ($0 + rate) / 2 } ?? rate
        }
        workers[name] = worker
    }

    private func note(_ seconds: Double, of run: RunID, at now: Tick) {
        if durations[run] == nil {
            // A run is soon done, and never asked for again.
            durations = durations.filter { now < $0.value.last + Self.interest }
        }
        var known = durations[run] ?? Durations(last: now)
        known.seconds = (known.seconds + [seconds]).suffix(Self.samples.upperBound)
        known.last = now
        durations[run] = known
    }

    /// Forgets a lease that ended without a result.
    func settled(_ ticket: LeaseTicket) { begun[Shard(ticket)] = nil }

    /// Images a second of a worker; nil before its first shard.
    func rate(of worker: String) -> Double? { workers[worker]?.rate }

    /// For each run, the moment before which a shard must have been taken to have taken too long.
    func stragglers(at now: Tick) -> [RunID: Tick] {
        durations.mapValues(\.seconds).compactMapValues { seconds in
            guard seconds.count >= Self.samples.lowerBound else { return nil }
            let place = Int((Double(seconds.count - 1) * Self.patience.quantile).rounded(.up))
            let limit = max(seconds.sorted()[place] * Self.patience.factor, Self.patience.least)
            return now + .seconds(-limit)
        }
    }
}

extension Pace.Shard {
    fileprivate init(_ ticket: LeaseTicket) {
        self.init(run: ticket.run, index: ticket.shard, epoch: ticket.epoch)
    }
}
