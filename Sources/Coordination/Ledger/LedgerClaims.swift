import PipelineCore

/// Which lease computes what, so that no two of them compute the same.
///
/// A lease that asks for an image that another one has claimed waits for it. Waiting goes one way,
/// from leases that asked later to those that asked earlier, so that no two wait for each other. What
/// a lease leaves undone goes to the earliest that waits for it.
/// It is kept in memory alone: what is forgotten may be computed twice, and comes out the same.
actor LedgerClaims {
    /// An image under the recipe of one member.
    struct Work: Hashable {
        let image: SHA256Digest
        let recipe: SHA256Digest
    }

    /// A lease without its secret.
    private struct Holder: Hashable {
        let run: RunID
        let shard: Int
        let epoch: Int

        init(_ ticket: LeaseTicket) {
            (run, shard, epoch) = (ticket.run, ticket.shard, ticket.epoch)
        }

        /// Whether both are leases of one shard: a backup does not wait for the one it backs up.
        func races(_ other: Self) -> Bool { run == other.run && shard == other.shard }
    }

    private struct Standing {
        /// Counts leases in the order in which they first asked.
        let turn: Int
        var until: Tick
        /// What it computes.
        var works: Set<Work> = []
        /// What it waits for.
        var awaited: Set<Work> = []
    }

    private var holders: [Holder: Standing] = [:]
    private var claims: [Work: Holder] = [:]
    private var turns = 0

    /// Claims what the lease wants of each image, unless another one computes it.
    ///
    /// Tells for each image whether that is so; where it is not, nothing of the image is claimed.
    func claim(
        _ wishes: [[Work]], for ticket: LeaseTicket, until end: Tick, at now: Tick
    ) -> [Bool] {
        for (holder, standing) in holders where standing.until < now { drop(holder) }
        let asking = Holder(ticket)
        if holders[asking] == nil {
            turns += 1
            holders[asking] = Standing(turn: turns, until: end)
        }
        holders[asking]?.until = end
        let turn = holders[asking]?.turn ?? turns
        return wishes.map { works in
            let isFree = works.allSatisfy { work in
                guard let holder = claims[work], holder != asking, !holder.races(asking),
                    let other = holders[holder]
                else { return true }
                return other.turn > turn
            }
            if isFree {
                for work in works { claims[work] = asking }
                holders[asking]?.works.formUnion(works)
                holders[asking]?.awaited.subtract(works)
            } else {
                holders[asking]?.awaited.formUnion(works)
            }
            return isFree
        }
    }

    /// Gives up what turned out to be known.
    func cede(_ works: some Sequence<Work>, by ticket: LeaseTicket) {
        let holder = Holder(ticket)
        for work in works {
            holders[holder]?.awaited.remove(work)
            guard claims[work] == holder else { continue }
            claims[work] = nil
            holders[holder]?.works.remove(work)
        }
    }

    /// Keeps a lease's claims for as long as the lease.
    func renew(_ ticket: LeaseTicket, until end: Tick) {
        holders[Holder(ticket)]?.until = end
    }

    /// Ends the claims of a lease that has ended, and whose result has been entered.
    func end(_ ticket: LeaseTicket) { drop(Holder(ticket)) }

    private func drop(_ holder: Holder) {
        guard let standing = holders.removeValue(forKey: holder) else { return }
        let heirs = holders.filter { !$0.value.awaited.isEmpty }
            .sorted { $0.value.turn < $1.value.turn }
        for work in standing.works where claims[work] == holder {
            let heir = heirs.first { $0.value.awaited.contains(work) }?.key
            claims[work] = heir
            if let heir { holders[heir]?.works.insert(work) }
        }
    }
}
