/// Who holds a shard.
package struct ShardHolder: Sendable, Hashable {
    /// The worker's name.
    package let worker: String
    /// The SHA-256 of the lease's secret.
    package let secret: SHA256Digest
    /// The lease's number.
    package let epoch: Int
    /// When the lease was taken.
    package let since: Tick
    /// The last moment of the lease.
    package internal(set) var until: Tick
    /// Whether an image was in its hands: from then on, its silence counts as a death.
    package internal(set) var isBegun: Bool
    /// How many of the shard's images it has finished, as of its last heartbeat.
    package internal(set) var progress: Int

    /// A holder as a store has kept it.
    package init(
        worker: String, secret: SHA256Digest, epoch: Int, since: Tick, until: Tick, isBegun: Bool,
        progress: Int
    ) {
        self.worker = worker
        self.secret = secret
        self.epoch = epoch
        self.since = since
        self.until = until
        self.isBegun = isBegun
        self.progress = progress
    }

    init(_ claim: LeaseClaim, epoch: Int) {
        self.init(
            worker: claim.worker, secret: SHA256Digest(of: Array(claim.secret.utf8)), epoch: epoch,
            since: claim.now, until: claim.now + claim.term, isBegun: false, progress: 0)
    }
}
