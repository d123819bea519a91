extension Run {
    /// The state that `order` leads to.
    ///
    /// Whether a retry finds anything to do, and so makes a run that is done run again, is up to
    /// its shards. Throws ``StoreError/notNow(run:_:)`` for what cannot be.
    package func state(after order: RunOrder) throws(StoreError) -> RunState {
        switch (order, state) {
        case (_, .open):
            throw .notNow(run: id, "has no images yet; submit the dataset again")
        case (.pause, .running), (.pause, .paused): return .paused
        case (.pause, .cancelled): throw .notNow(run: id, "was cancelled; 'resume' goes on with it")
        case (.resume, .running), (.resume, .paused): return .running
        case (.resume, .cancelled): return counts.isComplete ? .done : .running
        case (.cancel, .running), (.cancel, .paused), (.cancel, .cancelled): return .cancelled
        case (.pause, .done), (.resume, .done): return .done
        case (.cancel, .done): throw .notNow(run: id, "is done; there is nothing left to cancel")
        case (.retry, .cancelled): throw .notNow(run: id, "was cancelled; resume it first")
        case (.retry, let state): return state
        }
    }
}

extension Run {
    /// Makes the state that of the counts: done when every shard has ended, and not before.
    package mutating func followShards() {
        switch state {
        case .open, .cancelled: break
        case .running, .paused:
            guard counts.isComplete else { return }
            state = .done
            hold = nil
        case .done: if !counts.isComplete { state = .running }
        }
    }
}

extension JobStore {
    /// Leases on the plainest terms: a shard that waits, as large as it is.
    package func lease(
        to worker: String, secret: String, for term: Duration, at now: Tick
    ) async throws -> Lease? {
        try await lease(LeaseClaim(worker: worker, secret: secret, term: term, now: now))
    }

    /// Completes a shard with a result that says nothing of itself, compared where `views` say so.
    package func complete(
        _ ticket: LeaseTicket, with result: ShardResult, agreeing views: [Int: Bool] = [:]
    ) async throws -> Completion {
        try await complete(ticket, with: result, agreeing: views, Testimony())
    }

    /// Renews a lease whose worker has not said that it has begun.
    package func renew(
        _ ticket: LeaseTicket, progress: Int, for term: Duration, at now: Tick
    ) async throws {
        try await renew(ticket, progress: progress, isBegun: false, for: term, at: now)
    }
}
