/// The life of one shard: who holds it, what went wrong with it, how it ended.
///
/// A pure value: time comes in as ticks, secrets come in from outside, and nothing waits or fails
/// but by refusing. Every store takes its shards through these transitions, and keeps what comes of
/// them in its own way.
///
/// A lease that its worker lost to the clock alone is not lost yet: until another worker takes the
/// shard, or it is given up or split, the same lease may still be renewed or completed.
package struct ShardLifecycle: Sendable, Hashable {
    /// Where a shard stands, with what is known there.
    package enum Phase: Sendable, Hashable {
        /// Waits for a worker. → `leased` by a claim, or by a late renewal; → `done` by a late
        /// completion.
        ///
        /// `late` is the worker whose time ran out, as long as nobody has taken the shard since.
        case queued(late: ShardHolder?)
        /// A worker holds it, and perhaps a second one that was idle while the first took long.
        /// → `done` by the first completion, or `queued` for another host's where an audit is due; a
        /// holder goes by hand-back, or when its time is over.
        /// When none is left, → `queued`, → `failed` after the last attempt, → `quarantined` when
        /// it is one image that has ended too many workers.
        case leased(ShardHolder, backup: ShardHolder?)
        /// One result counts, delivered under that epoch. → `queued` by a retry.
        case done(ShardResult, epoch: Int)
        /// Given up after its last attempt, for this reason. → `queued` by a retry.
        case failed(String)
        /// One image that ends its workers. → `queued` by release or retry.
        case quarantined
    }

    /// Which rows it covers; a split leaves the first of them.
    package internal(set) var range: ShardRange
    /// Where it stands.
    package internal(set) var phase: Phase
    /// How often it was leased, which is the latest lease's number; it never falls.
    package internal(set) var epoch: Int
    /// Leases whose worker said that it could not do it.
    package internal(set) var attempts: Int
    /// Leases that ended in silence before their worker had begun.
    ///
    /// An answer was lost, or the worker died of something else: hardly ever the shard's fault, so
    /// many are forgiven.
    package internal(set) var lapses: Int
    /// Deaths that count against it.
    ///
    /// A part of a shard that was split begins with one.
    package internal(set) var crashes: Int
    /// Those deaths, and those of the shards it was split from, the earliest first.
    package internal(set) var log: [Crash]
    /// What hosts have found in it, by epoch; in a run without an audit only as long as nobody knows
    /// whether they compute rightly.
    package internal(set) var opinions: [Opinion]

    /// How many lapses weigh as much as an attempt.
    package static let lapsesAnAttempt = 5
    /// After how many deaths a shard is split, and an image that is alone quarantined.
    package static let crashLimit = 2

    /// A shard as a store has kept it; without more than its range, one that nobody has held.
    package init(
        _ range: ShardRange, phase: Phase = .queued(late: nil), epoch: Int = 0, attempts: Int = 0,
        lapses: Int = 0, crashes: Int = 0, log: [Crash] = [], opinions: [Opinion] = []
    ) {
        self.range = range
        self.phase = phase
        self.epoch = epoch
        self.attempts = attempts
        self.lapses = lapses
        self.crashes = crashes
        self.log = log
        self.opinions = opinions
    }

    /// Hands a waiting shard to a worker under the next epoch; false when it does not wait.
    package mutating func lease(for claim: LeaseClaim) -> Bool {
        guard case .queued = phase, admits(claim.worker) else { return false }
        epoch += 1
        phase = .leased(ShardHolder(claim, epoch: epoch), backup: nil)
        return true
    }

    /// Lets a second worker race for a shard that one has held since before `moment`, under the
    /// next epoch; false when there is nothing to race for.
    ///
    /// Nobody races for a shard that has ended a worker: as long as one holds it while another dies
    /// of it, it would never be judged.
    package mutating func backUp(for claim: LeaseClaim, heldBefore moment: Tick) -> Bool {
        guard case .leased(let holder, backup: nil) = phase, holder.since < moment,
            holder.worker != claim.worker, crashes == 0, admits(claim.worker)
        else { return false }
        epoch += 1
        phase = .leased(holder, backup: ShardHolder(claim, epoch: epoch))
        return true
    }

    /// Leaves the first `images` to be leased; what is split off, or nil when nothing is.
    ///
    /// Only a shard that nobody has ever held, and nothing is held against, is cut to a worker's measure.
    package mutating func carve(_ images: Int) -> ShardLifecycle? {
        guard case .queued = phase, epoch == 0, crashes == 0, (1..<range.count).contains(images)
        else { return nil }
        return ShardLifecycle(range.split(after: images))
    }

    /// Keeps a lease until `until`, and notes whether it has begun and how many images are
    /// finished: never fewer than noted before, never more than the shard holds.
    package mutating func renew(
        _ ticket: LeaseTicket, progress: Int, isBegun: Bool, until: Tick
    ) throws(StoreError) {
        var holder = try holder(showing: ticket)
        if case .queued = phase { forgive(holder) }
        holder.progress = max(holder.progress, min(progress, range.count))
        holder.isBegun = holder.isBegun || isBegun || holder.progress > 0
        holder.until = until
        replace(holder)
    }

    /// Makes `result` the one that counts, or finds that it counts already; with a `hearing`, makes it
    /// an opinion, which counts when the audit is satisfied.
    ///
    /// A result that does not count every image once is refused as ``StoreError/failed(_:)``.
    package mutating func complete(
        _ ticket: LeaseTicket, with result: ShardResult, _ hearing: Hearing? = nil
    ) throws(StoreError) -> Completion {
        if case .done(let counted, let epoch) = phase, ticket.epoch == epoch,
            counted.sha256 == result.sha256
        {
            return .already
        }
        if opinions.contains(where: {
            $0.epoch == ticket.epoch && $0.result.sha256 == result.sha256
        }) {
            return .already
        }
        let holder = try holder(showing: ticket)
        guard range.isCounted(by: result) else {
            throw .miscounted(result, shard: range.index, of: ticket.run, images: range.count)
        }
        if case .queued = phase { forgive(holder) }
        if let hearing {
            try hear(result, from: holder, ticket, hearing)
        } else {
            phase = .done(result, epoch: holder.epoch)
        }
        return .committed
    }

    /// Ends a lease that its worker gives back; the parts that this splits off, in order of rows.
    package mutating func release(
        _ ticket: LeaseTicket, _ reason: HandBack, limit: Int
    ) throws(StoreError) -> [ShardLifecycle] {
        let holder = try holder(showing: ticket)
        if case .queued = phase { forgive(holder) }
        remove(holder)
        switch reason {
        case .leaving:
            return judge("", limit: limit)
        case .failed(let words):
            attempts += 1
            return judge(words, limit: limit)
        case .crashed(let mark):
            note(holder, mark)
            return judge("", limit: limit)
        }
    }

    /// Ends the leases whose time was over before `now`; the parts that this splits off, or nil
    /// when none was over.
    package mutating func expire(at now: Tick, limit: Int) -> [ShardLifecycle]? {
        guard case .leased(let first, let backup) = phase else { return nil }
        let silent = [first, backup].compactMap(\.self).filter { $0.until < now }
        guard let last = silent.last else { return nil }
        for holder in silent {
            remove(holder)
            if holder.isBegun { note(holder, nil) } else { lapses += 1 }
        }
        if case .queued = phase { phase = .queued(late: last) }
        return judge(
            "\(lapses) workers took it and fell silent before they began, the last was "
                + "'\(last.worker)'", limit: limit)
    }

    /// Ends every lease, as when the run is cancelled; nothing counts against the shard.
    package mutating func revoke() {
        switch phase {
        case .queued, .leased: phase = .queued(late: nil)
        case .done, .failed, .quarantined: break
        }
    }

    /// Puts a shard back that was given up, quarantined, or has images without a label; whether it
    /// did.
    ///
    /// With `suspicion`, the next death quarantines it again; without, its past is forgotten.
    package mutating func retry(suspicion: Bool = false) -> Bool {
        switch phase {
        case .queued, .leased: return false
        case .done(let result, _) where result.failed == 0: return false
        case .done, .failed, .quarantined: break
        }
        phase = .queued(late: nil)
        attempts = 0
        lapses = 0
        crashes = suspicion ? Self.crashLimit - 1 : 0
        if !suspicion { log = [] }
        opinions = []
        return true
    }

    /// Whoever may still renew, complete or hand back, if that is who shows `ticket`.
    private func holder(showing ticket: LeaseTicket) throws(StoreError) -> ShardHolder {
        let holder = holders.first { $0.epoch == ticket.epoch }
        guard let holder, holder.secret == ticket.secretDigest else {
            throw .staleLease(run: ticket.run, shard: ticket.shard, epoch: ticket.epoch)
        }
        return holder
    }

    /// Puts a holder that has changed, or was late, in its place.
    private mutating func replace(_ holder: ShardHolder) {
        switch phase {
        case .leased(let first, let backup?) where backup.epoch == holder.epoch:
            phase = .leased(first, backup: holder)
        case .leased(_, let backup):
            phase = .leased(holder, backup: backup)
        default:
            phase = .leased(holder, backup: nil)
        }
    }

    /// Takes a holder away; the other one, if there is one, keeps the shard.
    mutating func remove(_ holder: ShardHolder) {
        guard case .leased(let first, let backup) = phase else {
            phase = .queued(late: nil)
            return
        }
        let left = [first, backup].compactMap(\.self).first { $0.epoch != holder.epoch }
        phase = left.map { .leased($0, backup: nil) } ?? .queued(late: nil)
    }
}
