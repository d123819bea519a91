/// A moment on the coordinator's monotonic clock, in nanoseconds from an arbitrary start.
///
/// Only ticks of one process may be compared: a store that opens re-bases what it finds.
package struct Tick: Sendable, Hashable, Comparable {
    /// Nanoseconds since the clock's own start.
    package var nanoseconds: Int64

    /// A moment `nanoseconds` after the clock's start.
    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }

    /// The moment `duration` later.
    package static func + (tick: Self, duration: Duration) -> Self {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        return Self(nanoseconds: tick.nanoseconds + nanoseconds)
    }
}

/// Tells the time to whoever decides about leases.
package protocol TickSource: Sendable {
    /// The present moment.
    func now() -> Tick
}

/// The machine's monotonic clock: never set, never jumping.
package struct MonotonicTicks: TickSource {
    private let start = ContinuousClock.now

    /// Starts at zero.
    package init() {}

    package func now() -> Tick { Tick(nanoseconds: 0) + start.duration(to: .now) }
}

/// A worker's claim on a shard, for a limited time.
///
/// The epoch grows by one each time the shard is leased, so that of two workers who both believe
/// that they hold it, only the later one can complete it.
package struct Lease: Sendable, Hashable, Codable {
    /// The run the shard belongs to.
    package var run: RunID
    /// The rows that are leased.
    package var shard: ShardRange
    /// Counts the shard's leases, from 1.
    package var epoch: Int
    /// Known to the holder alone; renewals and completions must show it.
    package var secret: String
    /// How long the lease holds without a renewal, in seconds.
    package var term: Double

    /// Names every field.
    package init(run: RunID, shard: ShardRange, epoch: Int, secret: String, term: Double) {
        self.run = run
        self.shard = shard
        self.epoch = epoch
        self.secret = secret
        self.term = term
    }

    /// What the holder shows when it comes back.
    package var ticket: LeaseTicket {
        LeaseTicket(run: run, shard: shard.index, epoch: epoch, secret: secret)
    }
}

/// What a worker shows to renew, complete or hand back a lease.
package struct LeaseTicket: Sendable, Hashable, Codable {
    /// The run the shard belongs to.
    package var run: RunID
    /// The shard's index in its run.
    package var shard: Int
    /// The epoch of the lease.
    package var epoch: Int
    /// The secret that came with the lease.
    package var secret: String

    /// Names every field.
    package init(run: RunID, shard: Int, epoch: Int, secret: String) {
        self.run = run
        self.shard = shard
        self.epoch = epoch
        self.secret = secret
    }
}

/// What a completion did.
package enum Completion: String, Sendable, Hashable, Codable {
    /// The result counts from now on.
    case committed
    /// The same result counted before; nothing changed.
    case already
}

/// Why a worker gives a shard back.
package enum HandBack: Sendable, Hashable, Codable {
    /// The worker is leaving; the attempt does not count against the shard.
    case leaving
    /// The worker could not do it; counts as an attempt.
    case failed(String)
}
