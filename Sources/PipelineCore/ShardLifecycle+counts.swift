extension ShardLifecycle {
    /// Where the shard stands, in one word.
    package var state: ShardState {
        switch phase {
        case .queued: .queued
        case .leased: .leased
        case .done: .done
        case .failed: .failed
        }
    }

    /// How the shard ended; nil while it has not.
    package var ended: EndedShard? {
        switch phase {
        case .queued, .leased: nil
        case .done(let result):
            EndedShard(range: range, epoch: epoch, result: result, failure: nil)
        case .failed(let reason):
            EndedShard(range: range, epoch: epoch, result: nil, failure: reason)
        }
    }
}

extension RunCounts {
    /// Counts a shard's step from `old` to `new`.
    ///
    /// All images of a shard that was given up count as failed.
    package mutating func follow(_ old: ShardLifecycle, to new: ShardLifecycle) {
        count(old, by: -1)
        count(new, by: 1)
    }

    private mutating func count(_ shard: ShardLifecycle, by sign: Int) {
        switch shard.phase {
        case .queued: break
        case .leased: shardsLeased += sign
        case .done(let result):
            shardsDone += sign
            labelled += sign * result.labelled
            failed += sign * result.failed
        case .failed:
            shardsFailed += sign
            failed += sign * shard.range.count
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
