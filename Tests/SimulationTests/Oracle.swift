import PipelineCore

/// A promise that was not kept, with all that is needed to see it again.
struct BrokenPromise: Error, CustomStringConvertible {
    let plan: Plan
    let words: String
    /// The last things that happened, the latest last.
    let trace: [String]

    var description: String {
        "\(words)\n\(plan)\nreplay: make simulate SEEDS=\(plan.seed)..\(plan.seed)\n"
            + trace.suffix(25).joined(separator: "\n")
    }
}

/// What must be true of any store, told from its answers alone: it knows nothing of how stores work.
struct Oracle {
    private struct Grant {
        let lease: Lease
        let worker: String
        var until: Tick
    }

    /// The leases of each shard that may still be used, by epoch.
    private var current: [Int: [Int: Grant]] = [:]
    private var epochs: [Int: Int] = [:]
    /// What was acknowledged: which lease completed which shard with which result.
    private(set) var acknowledged: [Int: (epoch: Int, result: ShardResult)] = [:]

    mutating func grant(_ lease: Lease, to worker: String, at now: Tick, term: Duration)
        throws(Broken)
    {
        let shard = lease.shard.index
        try expect(
            lease.epoch == epochs[shard, default: 0] + 1, "the epoch of shard \(shard) grows by one"
        )
        try expect(acknowledged[shard] == nil, "shard \(shard), which is done, is not leased")
        let held = current[shard, default: [:]].values.filter { $0.until >= now }
        try expect(held.count <= 1, "no more than two hold shard \(shard)")
        try expect(held.allSatisfy { $0.worker != worker }, "nobody races against itself")
        epochs[shard] = lease.epoch
        // Whoever is late has lost the shard by this.
        current[shard] = Dictionary(uniqueKeysWithValues: held.map { ($0.lease.epoch, $0) })
        current[shard]?[lease.epoch] = Grant(lease: lease, worker: worker, until: now + term)
    }

    mutating func renewed(_ lease: Lease, until: Tick) throws(Broken) {
        try expect(
            isCurrent(lease), "only a current lease of shard \(lease.shard.index) is renewed")
        current[lease.shard.index]?[lease.epoch]?.until = until
    }

    mutating func handedBack(_ lease: Lease) throws(Broken) {
        try expect(
            isCurrent(lease), "only a current lease of shard \(lease.shard.index) is handed back")
        current[lease.shard.index]?[lease.epoch] = nil
    }

    mutating func completed(
        _ lease: Lease, with result: ShardResult, _ completion: Completion
    ) throws(Broken) {
        let shard = lease.shard.index
        switch completion {
        case .committed:
            try expect(acknowledged[shard] == nil, "shard \(shard) has one result")
            try expect(
                isCurrent(lease),
                "only a current lease completes shard \(shard): epoch \(lease.epoch) did, "
                    + "\(current[shard, default: [:]].keys.sorted()) may")
            acknowledged[shard] = (lease.epoch, result)
            current[shard] = [:]
        case .already:
            try expect(
                acknowledged[shard]?.epoch == lease.epoch
                    && acknowledged[shard]?.result == result,
                "a repetition for shard \(shard) is of the lease and the result that counted")
        }
    }

    /// After a restart every lease that was out holds for a full term.
    mutating func restarted(at now: Tick, term: Duration) {
        for (shard, grants) in current {
            for epoch in grants.keys { current[shard]?[epoch]?.until = now + term }
        }
    }

    /// Compares what the store shows with what it has acknowledged.
    func check(_ run: Run, _ ended: [EndedShard], _ holders: [LeaseHolder]) throws(Broken) {
        let counts = run.counts
        let done = ended.filter { $0.result != nil }
        try expect(
            done.count == acknowledged.count
                && done.allSatisfy { shard in
                    acknowledged[shard.range.index].map {
                        $0.epoch == shard.epoch && $0.result == shard.result
                    } ?? false
                }, "what was acknowledged is there, and nothing else is done")
        try expect(counts.shardsDone == done.count, "done shards are counted")
        try expect(counts.shardsFailed == ended.count - done.count, "lost shards are counted")
        try expect(
            counts.quarantined == ended.count { $0.isQuarantined }, "quarantined ones are counted")
        try expect(counts.shardsQueued >= 0, "no fewer than none wait")
        try expect(
            counts.shardsLeased == Set(holders.map(\.shard)).count, "leased shards have a holder")
        let labelled = done.reduce(0) { $0 + ($1.result?.labelled ?? 0) }
        let failed = ended.reduce(0) { $0 + ($1.result?.failed ?? $1.range.count) }
        try expect(
            counts.labelled == labelled && counts.failed == failed, "every image is counted once")
        try expect(
            (run.state == .done) == (ended.count == counts.shards),
            "a run is done when every shard has ended")
    }

    private func isCurrent(_ lease: Lease) -> Bool {
        current[lease.shard.index]?[lease.epoch]?.lease == lease
    }

    /// Why a promise is broken, before anybody knows in which run.
    struct Broken: Error { let words: String }

    private func expect(_ holds: Bool, _ words: @autoclosure () -> String) throws(Broken) {
        if !holds { throw Broken(words: "broken: " + words()) }
    }
}
