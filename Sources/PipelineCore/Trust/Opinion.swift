/// What one host's worker has found in a shard that is audited, or was done before anybody knew what is
/// right about the canary.
///
/// Kept as long as its host is trusted, whether it counts or not, so that everything a host has said
/// can be taken back.
package struct Opinion: Sendable, Hashable {
    /// The lease that it was delivered under.
    package var epoch: Int
    /// Whose it is, as ``WorkerHost`` names it.
    package var host: String
    /// What was delivered.
    package var result: ShardResult
    /// The epoch of the first opinion that it agrees with, its own where there was none.
    package var party: Int
    /// Whether another host's was wanted when it came.
    package var isDue: Bool
    /// Whether some of its logits are the ledger's.
    package var borrows: Bool

    /// Names every field.
    package init(
        epoch: Int, host: String, result: ShardResult, party: Int, isDue: Bool,
        borrows: Bool = false
    ) {
        self.epoch = epoch
        self.host = host
        self.result = result
        self.party = party
        self.isDue = isDue
        self.borrows = borrows
    }

    /// The name of the result file.
    package func key(of shard: Int, in run: RunID) -> ObjectKey {
        .result(run, shard: shard, epoch: epoch, sha256: result.sha256)
    }
}

/// What a shard cannot know about a result that it is told of: whether it takes a second opinion, and
/// what a comparison with the earlier ones has found.
package struct Hearing: Sendable {
    /// Whether the run's audit wants this shard to be computed twice.
    package var isDue: Bool
    /// Whether the new result agrees with the one that was delivered under an epoch.
    package var agrees: [Int: Bool]
    /// Whether some of its logits are the ledger's.
    package var borrows: Bool

    /// Names every field.
    package init(isDue: Bool, agrees: [Int: Bool], borrows: Bool = false) {
        self.isDue = isDue
        self.agrees = agrees
        self.borrows = borrows
    }
}

extension ShardLifecycle {
    /// Takes the result that `holder` has delivered as an opinion, and decides where that leaves the
    /// shard: two hosts that agree decide, and so does the only one where no audit is due.
    mutating func hear(
        _ result: ShardResult, from holder: ShardHolder, _ ticket: LeaseTicket, _ hearing: Hearing
    ) throws(StoreError) {
        guard opinions.allSatisfy({ hearing.agrees[$0.epoch] != nil }) else {
            throw .unheard(run: ticket.run, shard: ticket.shard)
        }
        let host = WorkerHost.of(holder.worker)
        let friend = opinions.first { hearing.agrees[$0.epoch] == true }
        let opinion = Opinion(
            epoch: holder.epoch, host: host, result: result, party: friend?.party ?? holder.epoch,
            isDue: hearing.isDue, borrows: hearing.borrows)
        opinions.append(opinion)
        opinions.sort { $0.epoch < $1.epoch }
        // Another worker of the same host would be no second opinion.
        for other in holders where WorkerHost.of(other.worker) == host { remove(other) }
        let party = opinions.filter { $0.party == opinion.party }
        if party.count >= (hearing.isDue || opinions.count > 1 ? 2 : 1), let first = party.first {
            count(first)
        }
    }

    /// The hosts that most others contradict in a shard that is done.
    package var refuted: [String] {
        guard case .done(_, let epoch) = phase,
            let party = opinions.first(where: { $0.epoch == epoch })?.party
        else { return [] }
        return opinions.filter { $0.party != party }.map(\.host)
    }

    /// Whether a result is there that waits for another host's opinion.
    package var isUnderAudit: Bool { !opinions.isEmpty && !state.isEnded }

    /// Whether opinions differ, and no majority has decided between them.
    package var isDisputed: Bool { isUnderAudit && Set(opinions.map(\.party)).count > 1 }

    /// Whether `worker` may take the shard: nobody is asked twice for an opinion.
    package func admits(_ worker: String) -> Bool {
        opinions.isEmpty || !opinions.contains { $0.host == WorkerHost.of(worker) }
    }

    /// Lets the only opinion count that a shard has which nobody holds, since nobody else will look;
    /// whether it did.
    package mutating func waive() -> Bool {
        guard case .queued = phase, !isDisputed, let first = opinions.first else { return false }
        count(first)
        return true
    }

    /// Takes back all that a host has said and holds; whether there was anything.
    ///
    /// A shard that is done with its result, or because it agreed, waits again: what one host alone
    /// has found is kept as an opinion.
    package mutating func withdraw(_ host: String) -> Bool {
        let old = self
        if case .done(_, let epoch) = phase, opinions.contains(where: { $0.host == host }) {
            let party = opinions.first { $0.epoch == epoch }?.party
            let others = opinions.filter { $0.party == party && $0.host != host }
            if others.count < 2 { phase = .queued(late: nil) }
        }
        opinions.removeAll { $0.host == host }
        for holder in holders where WorkerHost.of(holder.worker) == host { remove(holder) }
        return self != old
    }

    private mutating func count(_ opinion: Opinion) {
        phase = .done(opinion.result, epoch: opinion.epoch)
    }
}
