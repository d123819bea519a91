/// Where a shard stands.
package enum ShardState: String, Sendable, Hashable, Codable, CaseIterable {
    /// Waits for a worker. → `leased`.
    case queued
    /// A worker holds it until its lease ends. → `done` by completion; → `queued` by hand-back or
    /// expiry; → `failed` when that was the last attempt.
    case leased
    /// One result counts. Final.
    case done
    /// Given up after its last attempt; its images become failed rows. Final.
    case failed
}

/// A range of a run's manifest: the unit of work, lease and result.
package struct ShardRange: Sendable, Hashable, Codable {
    /// The shard's place in its run, from 0.
    package var index: Int
    /// The manifest row of its first image, from 0.
    package var firstRow: Int
    /// How many images it holds.
    package var count: Int
    /// Where its lines begin in the manifest file, in bytes.
    package var offset: Int
    /// How many bytes its lines take.
    package var length: Int

    /// Names every field.
    package init(index: Int, firstRow: Int, count: Int, offset: Int, length: Int) {
        self.index = index
        self.firstRow = firstRow
        self.count = count
        self.offset = offset
        self.length = length
    }
}

/// The result that counts for a shard.
package struct ShardResult: Sendable, Hashable, Codable {
    /// The SHA-256 of the result file, which also names it.
    package var sha256: SHA256Digest
    /// Images with a label.
    package var labelled: Int
    /// Images that ended without one.
    package var failed: Int

    /// Names every field.
    package init(sha256: SHA256Digest, labelled: Int, failed: Int) {
        self.sha256 = sha256
        self.labelled = labelled
        self.failed = failed
    }
}

/// A shard that has ended, for whoever merges results.
package struct EndedShard: Sendable, Hashable {
    /// Which rows it covers.
    package var range: ShardRange
    /// The epoch under which it ended.
    package var epoch: Int
    /// The result that counts; nil when the shard was given up.
    package var result: ShardResult?
    /// Why it was given up; nil when it was not.
    package var failure: String?

    /// Names every field.
    package init(range: ShardRange, epoch: Int, result: ShardResult?, failure: String?) {
        self.range = range
        self.epoch = epoch
        self.result = result
        self.failure = failure
    }
}
