extension ShardLifecycle {
    /// Where the shard stands, in one word.
    package var state: ShardState {
        switch phase {
        case .queued: .queued
        case .leased: .leased
        case .done: .done
        case .failed: .failed
        case .quarantined: .quarantined
        }
    }

    /// Who may still renew, complete or hand back: the holders, or the one that is late.
    package var holders: [ShardHolder] {
        switch phase {
        case .leased(let first, let backup): [first, backup].compactMap(\.self)
        case .queued(let late): [late].compactMap(\.self)
        case .done, .failed, .quarantined: []
        }
    }

    /// Whether it has been held for longer, or as long under a lower number.
    package func isSlower(than other: Self) -> Bool {
        guard case .leased(let mine, _) = phase, case .leased(let theirs, _) = other.phase else {
            return false
        }
        return (mine.since, range.index) < (theirs.since, other.range.index)
    }

    /// Whether ``backUp(for:heldBefore:)`` would succeed.
    package func mayRace(_ claim: LeaseClaim, _ moment: Tick) -> Bool {
        var copy = self
        return copy.backUp(for: claim, heldBefore: moment)
    }

    /// Gives it the number that its run has for it.
    package mutating func number(_ index: Int) { range.index = index }

    /// Puts it back if it was given up or has images without a label; images in quarantine stay
    /// there until they are readmitted by name.
    package mutating func retryFailure() {
        if state != .quarantined { _ = retry() }
    }

    /// How the shard ended; nil while it has not.
    package var ended: EndedShard? {
        switch phase {
        case .queued, .leased: nil
        case .done(let result, let epoch):
            EndedShard(range: range, epoch: epoch, result: result, failure: nil)
        case .failed(let reason):
            EndedShard(range: range, epoch: epoch, result: nil, failure: reason)
        case .quarantined:
            EndedShard(range: range, epoch: epoch, result: nil, failure: nil)
        }
    }
}

extension RunCounts {
    /// Counts a shard's step from `old` to `new`, and the `parts` that were split off.
    ///
    /// All images of a shard that was given up count as failed.
    package mutating func follow(
        _ old: ShardLifecycle, to new: ShardLifecycle, parts: [ShardLifecycle] = []
    ) {
        count(old, by: -1)
        for shard in [new] + parts { count(shard, by: 1) }
        shards += parts.count
    }

    /// Whether every shard has ended.
    package var isComplete: Bool { shardsDone + shardsFailed == shards }

    private mutating func count(_ shard: ShardLifecycle, by sign: Int) {
        switch shard.phase {
        case .queued: break
        case .leased: shardsLeased += sign
        case .done(let result, _):
            shardsDone += sign
            labelled += sign * result.labelled
            failed += sign * result.failed
        case .failed:
            shardsFailed += sign
            failed += sign * shard.range.count
        case .quarantined:
            shardsFailed += sign
            failed += sign
            quarantined += sign
        }
    }
}

extension ShardRange {
    /// Whether `result` counts each of the shard's images once.
    package func isCounted(by result: ShardResult) -> Bool {
        (0...count).contains(result.labelled) && result.failed == count - result.labelled
    }
}

extension Sequence<ShardRange> {
    /// Whether these are the shards 0, 1, 2 … of `images` rows, in order, with no row left out,
    /// none twice and no shard empty.
    package func cover(images: Int) -> Bool {
        var (index, row) = (0, 0)
        for shard in self {
            guard shard.index == index, shard.firstRow == row, shard.count > 0,
                shard.count <= images - row
            else { return false }
            index += 1
            row += shard.count
        }
        return row == images
    }
}

extension LeaseTicket {
    /// What a store keeps of the secret.
    package var secretDigest: SHA256Digest { SHA256Digest(of: Array(secret.utf8)) }
}

extension StoreError {
    /// A result whose numbers are not those of its shard.
    package static func miscounted(
        _ result: ShardResult, shard: Int, of run: RunID, images: Int
    ) -> Self {
        .failed(
            "shard \(shard) of run '\(run)' has \(images) images, but its result counts "
                + "\(result.labelled) labelled and \(result.failed) failed")
    }

    /// Shards that do not make up their run.
    package static func misfit(shardsOf run: RunID, images: Int) -> Self {
        .failed("the shards of run '\(run)' do not cover its \(images) images once each, in order")
    }
}

extension Lease {
    /// The latest lease of `shard`, which `claim` has just taken.
    package init(_ shard: ShardLifecycle, of run: RunID, for claim: LeaseClaim) {
        self.init(
            run: run, shard: shard.range, epoch: shard.epoch, secret: claim.secret,
            term: claim.term / .seconds(1), alone: shard.crashes > 0 ? true : nil)
    }
}
