/// What comes with a result and tells how far it can be trusted.
package struct Testimony: Sendable, Hashable {
    /// What the worker's networks say of the canary; nil where the shard carried none, since nothing
    /// of it had to be computed.
    package var canary: CanaryLogits?
    /// Whether some of its logits are not the worker's own, but the ledger's.
    package var borrows: Bool

    /// Names every field; without any, that of a result which says nothing.
    package init(canary: CanaryLogits? = nil, borrows: Bool = false) {
        self.canary = canary
        self.borrows = borrows
    }
}

/// What became of a result that was delivered.
package struct Delivery: Sendable {
    /// What the worker is told: what the completion did, or that its host is not trusted.
    package var outcome: Result<Completion, StoreError>
    /// The hosts that it showed to compute wrongly.
    package var exposed: [QuarantinedWorker] = []
}

extension ShardLifecycle {
    /// Completes the shard as ``complete(_:with:_:)`` does, once its canary has been heard.
    ///
    /// A result whose canary is wrong does not count. As long as nobody knows what is right, one that
    /// counts is kept as an opinion, too, so that it can be taken back.
    package mutating func complete(
        _ ticket: LeaseTicket, with result: ShardResult, _ hearing: Hearing?,
        _ testimony: Testimony, _ log: inout CanaryLog
    ) throws(StoreError) -> Delivery {
        var heard = self
        let completion = try heard.complete(ticket, with: result, hearing)
        var delivery = Delivery(outcome: .success(completion))
        let holder = holders.first { $0.epoch == ticket.epoch }
        if completion == .committed, let canary = testimony.canary, let holder {
            let host = WorkerHost.of(holder.worker)
            delivery.exposed = log.hear(canary, from: host).map {
                QuarantinedWorker($0, in: ticket.shard, of: ticket.run)
            }
            if let own = delivery.exposed.first(where: { $0.host == host }) {
                delivery.outcome = .failure(.workerQuarantined(own))
                return delivery
            }
            if hearing == nil, log.known == nil, opinions.isEmpty {
                heard = self
                _ = try heard.complete(
                    ticket, with: result,
                    Hearing(isDue: false, agrees: [:], borrows: testimony.borrows))
            }
        }
        self = heard
        if completion == .committed {
            delivery.exposed += refuted.map {
                QuarantinedWorker(host: $0, refutedIn: ticket.shard, of: ticket.run)
            }
        }
        return delivery
    }

    /// Takes back what a host has found without an audit, and what others have found with the help of
    /// logits that may be its own; whether there was anything.
    package mutating func doubt(_ host: String) -> Bool {
        let doubtful = opinions.filter { $0.host == host || $0.borrows }.map(\.host)
        return doubtful.reduce(false) { withdraw($1) || $0 }
    }

    /// Lets a result count for good that was kept as an opinion only because nobody knew the canary;
    /// whether there was one.
    package mutating func vouch() -> Bool {
        defer { opinions = [] }
        return !opinions.isEmpty
    }
}
