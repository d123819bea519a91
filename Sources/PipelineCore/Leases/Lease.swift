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
    /// Whether a worker has died over the shard, so that whoever holds it works on nothing else: the
    /// next death would accuse innocent shards, too; nil says no.
    package var alone: Bool?

    /// Names every field.
    package init(
        run: RunID, shard: ShardRange, epoch: Int, secret: String, term: Double,
        alone: Bool? = nil
    ) {
        self.run = run
        self.shard = shard
        self.epoch = epoch
        self.secret = secret
        self.term = term
        self.alone = alone
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
    /// The worker is leaving, or had not begun; nothing counts against the shard.
    case leaving
    /// The worker could not do it; counts as an attempt.
    case failed(String)
    /// The worker died at work, and tells so after it was started again; counts as a crash.
    case crashed(CrashMark)
}

/// What a worker's crash marker says of its last moment with a shard.
package struct CrashMark: Sendable, Hashable, Codable {
    /// The manifest rows it had in hand, in order; nil where nobody knows.
    package var rows: [Int]?
    /// The signal it caught as it died; nil where it had no time to catch one, as after `SIGKILL`.
    ///
    /// With a signal, `rows` are those of the thread that died; without one, those of every thread.
    package var signal: Int?

    /// Names every field.
    package init(rows: [Int]?, signal: Int?) {
        self.rows = rows
        self.signal = signal
    }
}

/// A worker's death with a shard in hand: evidence against the images that it held.
package struct Crash: Sendable, Hashable, Codable {
    /// Who died.
    package var worker: String
    /// Under which of the shard's epochs.
    package var epoch: Int
    /// How many images the shard held then.
    package var images: Int
    /// What its marker said; nil for one that only fell silent.
    package var mark: CrashMark?

    /// Names every field.
    package init(worker: String, epoch: Int, images: Int, mark: CrashMark?) {
        self.worker = worker
        self.epoch = epoch
        self.images = images
        self.mark = mark
    }
}

/// A worker's wish for a shard, and on what terms it may have one.
package struct LeaseClaim: Sendable {
    /// The worker's name.
    package var worker: String
    /// Will be known to the worker alone.
    package var secret: String
    /// How long the lease holds without a renewal.
    package var term: Duration
    /// The present moment.
    package var now: Tick
    /// How many images it gets of a run that leaves the size of its shards open.
    package var size: ShardSizing
    /// For each run, the moment before which a shard must have been taken for this worker to race
    /// for it when nothing waits.
    ///
    /// Runs that are not named are left alone.
    package var stragglers: [RunID: Tick]

    /// A claim on a waiting shard; with `stragglers`, or else on one that takes too long.
    package init(
        worker: String, secret: String, term: Duration, now: Tick,
        size: ShardSizing = ShardSizing(), stragglers: [RunID: Tick] = [:]
    ) {
        self.worker = worker
        self.secret = secret
        self.term = term
        self.now = now
        self.size = size
        self.stragglers = stragglers
    }
}
