/// The life of one shard: who holds it, how often it was tried, how it ended.
///
/// A pure value: time comes in as ticks, secrets come in from outside, and nothing waits or fails
/// but by refusing. A store in memory keeps such values; one in SQL says the same, a statement a
/// transition, and the contract's tests run over both.
///
/// A lease that its worker lost to the clock alone is not lost yet: until another worker takes the
/// shard, or its last attempt is used up, the same lease may still be renewed or completed.
package struct ShardLifecycle: Sendable, Hashable {
    /// Where a shard stands, with what is known there.
    package enum Phase: Sendable, Hashable {
        /// Waits for a worker. → `leased` by a claim, or by a late renewal; → `done` by a late
        /// completion.
        ///
        /// `late` is the worker whose time ran out, as long as nobody has taken the shard since.
        case queued(late: ShardHolder?)
        /// A worker holds it. → `done` by completion; → `queued` by hand-back, or when `until`
        /// has passed; → `failed` by either when that was the last attempt.
        case leased(ShardHolder, until: Tick)
        /// One result counts. Final.
        case done(ShardResult)
        /// Given up after its last attempt, for this reason. Final.
        case failed(String)
    }

    /// Which rows it covers.
    package let range: ShardRange
    /// Where it stands.
    package private(set) var phase = Phase.queued(late: nil)
    /// How often it was leased, which is the current lease's number; it never falls.
    package private(set) var epoch = 0
    /// How many of its leases count: all but those handed back by a leaving worker.
    package private(set) var attempts = 0

    /// A shard that nobody has held.
    package init(_ range: ShardRange) { self.range = range }

    /// Hands a waiting shard to `worker` until `until`, under the next epoch.
    ///
    /// Returns false, and changes nothing, when the shard does not wait.
    package mutating func lease(to worker: String, secret: String, until: Tick) -> Bool {
        guard case .queued = phase else { return false }
        epoch += 1
        attempts += 1
        phase = .leased(ShardHolder(worker: worker, secret: secret), until: until)
        return true
    }

    /// Keeps the lease until `until`, and notes how many images are finished: never fewer than
    /// noted before, never more than the shard holds.
    package mutating func renew(
        _ ticket: LeaseTicket, progress: Int, until: Tick
    ) throws(StoreError) {
        var holder = try holder(showing: ticket)
        holder.progress = max(holder.progress, min(progress, range.count))
        phase = .leased(holder, until: until)
    }

    /// Makes `result` the one that counts, or finds that it counts already.
    ///
    /// A result that does not count every image once is refused as ``StoreError/failed(_:)``.
    package mutating func complete(
        _ ticket: LeaseTicket, with result: ShardResult
    ) throws(StoreError) -> Completion {
        if case .done(let counted) = phase, ticket.epoch == epoch, counted.sha256 == result.sha256 {
            return .already
        }
        _ = try holder(showing: ticket)
        guard range.isCounted(by: result) else {
            throw .miscounted(result, shard: range.index, of: ticket.run, images: range.count)
        }
        phase = .done(result)
        return .committed
    }

    /// Gives the shard back, or with the last of `limit` attempts used up gives it up.
    package mutating func release(
        _ ticket: LeaseTicket, _ reason: HandBack, limit: Int
    ) throws(StoreError) {
        _ = try holder(showing: ticket)
        switch reason {
        case .leaving:
            attempts -= 1
            phase = .queued(late: nil)
        case .failed(let words):
            phase = attempts < limit ? .queued(late: nil) : .failed(words)
        }
    }

    /// Ends the lease if its time was over before `now`, and gives the shard up if that was the
    /// last of `limit` attempts; whether it did.
    package mutating func expire(at now: Tick, limit: Int) -> Bool {
        guard case .leased(let holder, let until) = phase, until < now else { return false }
        phase =
            attempts < limit
            ? .queued(late: holder)
            : .failed("worker '\(holder.worker)' fell silent in attempt \(attempts), the last")
        return true
    }

    /// Whoever may still renew, complete or hand back, if that is who shows `ticket`.
    private func holder(showing ticket: LeaseTicket) throws(StoreError) -> ShardHolder {
        let current: ShardHolder? =
            switch phase {
            case .leased(let holder, _): holder
            case .queued(let late): late
            case .done, .failed: nil
            }
        guard let current, ticket.epoch == epoch, current.secret == ticket.secretDigest else {
            throw .staleLease(run: ticket.run, shard: ticket.shard, epoch: ticket.epoch)
        }
        return current
    }
}

/// Who holds a shard.
package struct ShardHolder: Sendable, Hashable {
    /// The worker's name.
    package let worker: String
    /// The SHA-256 of the lease's secret.
    package let secret: SHA256Digest
    /// How many of the shard's images it has finished, as of its last heartbeat.
    package fileprivate(set) var progress = 0

    fileprivate init(worker: String, secret: String) {
        self.worker = worker
        self.secret = SHA256Digest(of: Array(secret.utf8))
    }
}
