package import PipelineCore

/// Runs, shards and tokens in memory, gone with the process.
///
/// For tests, and for work that need not outlive its process. Every shard is a
/// ``ShardLifecycle``; finding the next one takes time in proportion to their number.
package actor MemoryJobStore: JobStore, TokenStore {
    struct Entry {
        var run: Run
        var shards: [ShardLifecycle] = []
        var late: [LateRequest] = []
        var canaries = CanaryLog()
    }

    private let attempts: Int
    /// In order of submission.
    var entries: [Entry] = []
    /// By host.
    var expelled: [String: QuarantinedWorker] = [:]
    var records: [TokenRecord] = []
    /// Results that were taken back, until the ledger has forgotten them.
    var withdrawn: Set<ObjectKey> = []

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

    package func runs(latest limit: Int) -> (runs: [Run], earlier: Int) {
        let runs = runs().enumerated().filter { $0.offset < limit || !$0.element.state.isOver }
            .map(\.element)
        return (runs, entries.count - runs.count)
    }

    package func totals() -> RunTotals {
        entries.reduce(into: RunTotals()) { $0.add(1, $1.run.state, $1.run.counts) }
    }

    package func runNames(in state: RunState) -> [RunID] {
        entries.map(\.run).filter { $0.state == state }.map(\.id)
    }

    package func lease(_ claim: LeaseClaim) throws(StoreError) -> Lease? {
        if let worker = expelled[WorkerHost.of(claim.worker)] { throw .workerQuarantined(worker) }
        _ = expireLeases(at: claim.now)
        let places = entries.indices.filter { entries[$0].run.state == .running }.sorted {
            (-entries[$0].run.priority, $0) < (-entries[$1].run.priority, $1)
        }
        for place in places {
            let waiting = entries[place].shards.filter {
                $0.state == .queued && $0.admits(claim.worker)
            }
            guard let first = waiting.min(by: { $0.range.firstRow < $1.range.firstRow }) else {
                continue
            }
            return take(first.range.index, at: place, for: claim)
        }
        for place in places {
            guard let moment = claim.stragglers[entries[place].run.id],
                let slowest = entries[place].shards.filter({ $0.mayRace(claim, moment) })
                    .min(by: { $0.isSlower(than: $1) })
            else { continue }
            let index = slowest.range.index
            change(index, at: place) { shard in
                _ = shard.backUp(for: claim, heldBefore: moment)
                return ((), [])
            }
            return Lease(entries[place].shards[index], of: entries[place].run.id, for: claim)
        }
        return nil
    }

    private func take(_ index: Int, at place: Int, for claim: LeaseClaim) -> Lease {
        let run = entries[place].run
        change(index, at: place) { shard in
            let left = run.counts.images - run.counts.labelled - run.counts.failed
            let rest =
                run.definition.shardSize == nil
                ? shard.carve(claim.size.images(left: left)) : nil
            _ = shard.lease(for: claim)
            return ((), [rest].compactMap(\.self))
        }
        return Lease(entries[place].shards[index], of: run.id, for: claim)
    }

    package func renew(
        _ ticket: LeaseTicket, progress: Int, isBegun: Bool, for term: Duration, at now: Tick
    ) throws(StoreError) {
        try change(ticket, .renew) { shard throws(StoreError) in
            try shard.renew(ticket, progress: progress, isBegun: isBegun, until: now + term)
            return ((), [])
        }
    }

    package func release(_ ticket: LeaseTicket, _ reason: HandBack) throws(StoreError) {
        let limit = attempts
        try change(ticket, .release) { shard throws(StoreError) in
            ((), try shard.release(ticket, reason, limit: limit))
        }
    }

    package func expireLeases(at now: Tick) -> Int {
        let limit = attempts
        var expired = 0
        for place in entries.indices {
            for index in entries[place].shards.indices {
                expired += change(index, at: place) { shard in
                    let parts = shard.expire(at: now, limit: limit)
                    return (parts == nil ? 0 : 1, parts ?? [])
                }
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
        of run: RunID, from row: Int, limit: Int
    ) throws(StoreError) -> [EndedShard] {
        let ended = entries[try place(of: run)].shards.compactMap(\.ended)
            .filter { $0.range.firstRow >= row }
            .sorted { $0.range.firstRow < $1.range.firstRow }
        return Array(ended.prefix(max(limit, 0)))
    }

    package func holders(of run: RunID) throws(StoreError) -> [LeaseHolder] {
        entries[try place(of: run)].shards.filter { $0.state == .leased }.flatMap { shard in
            shard.holders.map { holder in
                LeaseHolder(
                    shard: shard.range.index, worker: holder.worker, progress: holder.progress)
            }
        }
    }

    package func oldestLease() -> Tick? {
        entries.flatMap(\.shards).filter { $0.state == .leased }.flatMap(\.holders).map(\.since)
            .min()
    }

    package func steer(_ run: RunID, _ order: RunOrder) throws(StoreError) -> Run {
        let place = try place(of: run)
        let state = try entries[place].run.state(after: order)
        for index in entries[place].shards.indices where order == .cancel || order == .retry {
            change(index, at: place) { shard in
                if order == .cancel { shard.revoke() } else { shard.retryFailure() }
                return ((), [])
            }
        }
        if !(order == .retry) {
            entries[place].run.state = state
            entries[place].run.hold = nil
        }
        return entries[place].run
    }

    package func hold(_ run: RunID, because words: String) throws(StoreError) {
        let place = try place(of: run)
        guard entries[place].run.state == .running else { return }
        entries[place].run.state = .paused
        entries[place].run.hold = words
    }

    package func prioritise(_ run: RunID, _ priority: Int) throws(StoreError) -> Run {
        let place = try place(of: run)
        entries[place].run.priority = priority
        return entries[place].run
    }

    package func quarantine(of run: RunID?) throws(StoreError) -> [QuarantinedImage] {
        let found = try run.map { id throws(StoreError) in [entries[try place(of: id)]] } ?? entries
        return found.flatMap { entry in
            entry.shards.filter { $0.state == .quarantined }
                .sorted { $0.range.firstRow < $1.range.firstRow }
                .map { shard in
                    QuarantinedImage(
                        run: entry.run.id, row: shard.range.firstRow, crashes: shard.log)
                }
        }
    }

    package func readmit(
        row: Int, of run: RunID, by terms: Readmission
    ) throws(StoreError) -> Run {
        let place = try place(of: run)
        guard
            let index = entries[place].shards.firstIndex(where: {
                $0.range.firstRow == row && $0.state == .quarantined
            })
        else { throw .notQuarantined(run: run, row: row) }
        change(index, at: place) { shard in
            _ = shard.retry(suspicion: terms == .retry)
            return ((), [])
        }
        return entries[place].run
    }

    func place(of run: RunID) throws(StoreError) -> Int {
        guard let place = entries.firstIndex(where: { $0.run.id == run }) else {
            throw .unknownRun(run)
        }
        return place
    }

    /// Takes the shard of a ticket one step on; the step tells which parts it splits off.
    func change<Answer>(
        _ ticket: LeaseTicket, _ kind: LateRequest.Kind,
        by step: (inout ShardLifecycle) throws(StoreError) -> (Answer, [ShardLifecycle])
    ) throws(StoreError) -> Answer {
        _ = try shard(ticket.shard, of: ticket.run)
        let place = try place(of: ticket.run)
        do {
            return try change(ticket.shard, at: place, by: step)
        } catch {
            if entries[place].shards[ticket.shard].wasLate(ticket, error) {
                entries[place].late.note(kind, of: ticket)
            }
            throw error
        }
    }

    /// Takes a shard one step on, its run's counts and state with it.
    @discardableResult
    func change<Answer, Refusal: Error>(
        _ index: Int, at place: Int,
        by step: (inout ShardLifecycle) throws(Refusal) -> (Answer, [ShardLifecycle])
    ) throws(Refusal) -> Answer {
        let old = entries[place].shards[index]
        var new = old
        var (answer, parts) = try step(&new)
        for part in parts.indices {
            parts[part].number(entries[place].shards.count + part)
        }
        entries[place].shards[index] = new
        entries[place].shards += parts
        entries[place].run.counts.follow(old, to: new, parts: parts)
        entries[place].run.followShards()
        return answer
    }
}
