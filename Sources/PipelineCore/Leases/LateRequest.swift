/// Requests of one kind that were refused because the lease they showed had ended.
///
/// They change nothing but this record: of a worker that was taken for dead and is not, of one that
/// lost a race, or of one whose order of events is not the coordinator's.
package struct LateRequest: Sendable, Hashable {
    /// What was asked for.
    package enum Kind: String, Sendable, CaseIterable {
        /// To keep the shard for another term.
        case renew
        /// To make a result count.
        case complete
        /// To hand the shard back.
        case release
    }

    /// The shard's index in its run.
    package var shard: Int
    /// The lease that was shown.
    package var epoch: Int
    /// What was asked for.
    package var kind: Kind
    /// How often.
    package var times: Int

    /// Names every field.
    package init(shard: Int, epoch: Int, kind: Kind, times: Int) {
        self.shard = shard
        self.epoch = epoch
        self.kind = kind
        self.times = times
    }
}

extension ShardLifecycle {
    /// Whether `error` refuses a lease that there was; tickets that nobody was given leave no trace.
    package func wasLate(_ ticket: LeaseTicket, _ error: any Error) -> Bool {
        guard case StoreError.staleLease = error else { return false }
        return ticket.epoch >= 1 && ticket.epoch <= epoch
    }
}
