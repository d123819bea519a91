package import PipelineCore

/// Runs, shards and tokens in memory, gone with the process.
///
/// For tests, and for work that need not outlive its process. Every shard is a
/// ``ShardLifecycle``; finding the next one takes time in proportion to their number.
package actor MemoryJobStore: JobStore, TokenStore {
    private struct Entry {
        var run: Run
        var shards: [ShardLifecycle] = []
    }

    private let attempts: Int
    /// In order of submission.
    private var entries: [Entry] = []
    private var records: [TokenRecord] = []

    /// An empty store that gives a shard up after `attempts` counted attempts.
    package init(attempts: Int = 5) { self.attempts = attempts }

    package func open(_ run: Run) throws(StoreError) -> Run {
        if let known = entries.first(where: { $0.run.key == run.key }) { return known.run }
        guard !entries.contains(where: { $0.run.id == run.id }) else {
            throw .failed("there is a run '\(run.id)' already, of another key")
        }
        var run = run
        run.state = .open
        run.counts = RunCounts()
        entries.append(Entry(run: run))
        return run
    }

    package func start(
        _ run: RunID, images: Int, shards: [ShardRange]
    ) throws(StoreError) -> Run {
        let place = try place(of: run)
        guard entries[place].run.state == .open else { return entries[place].run }
        guard shards.cover(images: images) else {
            throw .misfit(shardsOf: run, images: images)
        }
        entries[place].shards = shards.map { ShardLifecycle($0) }
        entries[place].run.counts.shards = shards.count
        entries[place].run.counts.images = images
        entries[place].run.state = shards.isEmpty ? .done : .running
        return entries[place].run
    }

    package func run(_ id: RunID) throws(StoreError) -> Run { entries[try place(of: id)].run }

    package func runs() -> [Run] { entries.reversed().map(\.run) }

    package func lease(
        to worker: String, secret: String, for term: Duration, at now: Tick
    ) -> Lease? {
        _ = expireLeases(at: now)
        for place in entries.indices where entries[place].run.state == .running {
            guard let index = entries[place].shards.firstIndex(where: { $0.state == .queued })
            else { continue }
            return change(index, at: place) { shard in
                guard shard.lease(to: worker, secret: secret, until: now + term) else { return nil }
                return Lease(
                    run: entries[place].run.id, shard: shard.range, epoch: shard.epoch,
                    secret: secret, term: term / .seconds(1))
            }
        }
        return nil
    }

    package func renew(
        _ ticket: LeaseTicket, progress: Int, for term: Duration, at now: Tick
    ) throws(StoreError) {
        try change(ticket) { shard throws(StoreError) in
            try shard.renew(ticket, progress: progress, until: now + term)
        }
    }

    package func complete(
        _ ticket: LeaseTicket, with result: ShardResult
    ) throws(StoreError) -> Completion {
        try change(ticket) { shard throws(StoreError) in
            try shard.complete(ticket, with: result)
        }
    }

    package func release(_ ticket: LeaseTicket, _ reason: HandBack) throws(StoreError) {
        let limit = attempts
        try change(ticket) { shard throws(StoreError) in
            try shard.release(ticket, reason, limit: limit)
        }
    }

    package func expireLeases(at now: Tick) -> Int {
        let limit = attempts
        var expired = 0
        for place in entries.indices {
            for index in entries[place].shards.indices {
                expired += change(index, at: place) { $0.expire(at: now, limit: limit) } ? 1 : 0
            }
        }
        return expired
    }

    package func shard(_ index: Int, of run: RunID) throws(StoreError) -> ShardRange {
        let place = try place(of: run)
        guard entries[place].shards.indices.contains(index) else {
            throw .unknownShard(run: run, shard: index)
        }
        return entries[place].shards[index].range
    }

    package func endedShards(
        of run: RunID, from index: Int, limit: Int
    ) throws(StoreError) -> [EndedShard] {
        let shards = entries[try place(of: run)].shards.dropFirst(max(index, 0))
        return Array(shards.lazy.compactMap(\.ended).prefix(max(limit, 0)))
    }

    package func holders(of run: RunID) throws(StoreError) -> [LeaseHolder] {
        entries[try place(of: run)].shards.compactMap { shard in
            guard case .leased(let holder, _) = shard.phase else { return nil }
            return LeaseHolder(
                shard: shard.range.index, worker: holder.worker, progress: holder.progress)
        }
    }

    package func add(_ token: TokenRecord) {
        records.removeAll { known in
            known.digest == token.digest || (known.name == token.name && known.role == token.role)
        }
        records.append(token)
    }

    package func token(_ digest: SHA256Digest) -> TokenRecord? {
        records.first { $0.digest == digest }
    }

    package func tokens() -> [TokenRecord] {
        records.sorted { ($0.name, $0.role.rawValue) < ($1.name, $1.role.rawValue) }
    }

    private func place(of run: RunID) throws(StoreError) -> Int {
        guard let place = entries.firstIndex(where: { $0.run.id == run }) else {
            throw .unknownRun(run)
        }
        return place
    }

    private func change<Answer>(
        _ ticket: LeaseTicket, by step: (inout ShardLifecycle) throws(StoreError) -> Answer
    ) throws(StoreError) -> Answer {
        _ = try shard(ticket.shard, of: ticket.run)
        return try change(ticket.shard, at: try place(of: ticket.run), by: step)
    }

    /// Takes a shard one step on, its run's counts and state with it.
    private func change<Answer, Refusal: Error>(
        _ index: Int, at place: Int, by step: (inout ShardLifecycle) throws(Refusal) -> Answer
    ) throws(Refusal) -> Answer {
        let old = entries[place].shards[index]
        var new = old
        let answer = try step(&new)
        entries[place].shards[index] = new
        entries[place].run.counts.follow(old, to: new)
        let counts = entries[place].run.counts
        if counts.shardsDone + counts.shardsFailed == counts.shards {
            entries[place].run.state = .done
        }
        return answer
    }
}
