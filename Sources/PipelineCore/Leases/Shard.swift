/// Where a shard stands.
package enum ShardState: String, Sendable, Hashable, Codable, CaseIterable {
    /// Waits for a worker. → `leased`.
    case queued
    /// One worker holds it, or two race for it. → `done` by completion; when no holder is left,
    /// → `queued` by hand-back or expiry, → `failed` when that was the last attempt,
    /// → `quarantined` when it is one image that has ended too many workers.
    case leased
    /// One result counts. → `queued` when its failed images are retried.
    case done
    /// Given up after its last attempt; its images become failed rows. → `queued` by a retry.
    case failed
    /// One image that ends its workers; it becomes a failed row. → `queued` by release or retry.
    case quarantined

    /// Whether nothing happens to it by itself any more.
    package var isEnded: Bool {
        switch self {
        case .queued, .leased: false
        case .done, .failed, .quarantined: true
        }
    }
}

/// A range of a run's manifest: the unit of work, lease and result.
///
/// A shard that is split keeps its number and its first images; the rest gets the run's next number.
/// So numbers say nothing about the order of rows.
package struct ShardRange: Sendable, Hashable, Codable {
    /// The shard's number in its run, from 0.
    package var index: Int
    /// The manifest row of its first image, from 0.
    package var firstRow: Int
    /// How many images it holds.
    package var count: Int
    /// Where the block of lines that holds its own begins in the manifest file, in bytes.
    package var offset: Int
    /// How many bytes the block takes.
    package var length: Int
    /// How many lines of the block come before its first; not told to workers, who do not need it.
    package var skip = 0

    /// Names every field.
    package init(
        index: Int, firstRow: Int, count: Int, offset: Int, length: Int, skip: Int = 0
    ) {
        self.index = index
        self.firstRow = firstRow
        self.count = count
        self.offset = offset
        self.length = length
        self.skip = skip
    }

    private enum CodingKeys: String, CodingKey { case index, firstRow, count, offset, length }

    /// The manifest rows it covers.
    package var rows: Range<Int> { firstRow..<firstRow + count }
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
    /// The result that counts; nil when the shard was given up or quarantined.
    package var result: ShardResult?
    /// Why it was given up; nil when it was not.
    package var failure: String?

    /// Names every field; with neither result nor failure, the shard was quarantined.
    package init(range: ShardRange, epoch: Int, result: ShardResult?, failure: String?) {
        self.range = range
        self.epoch = epoch
        self.result = result
        self.failure = failure
    }

    /// Whether it is one image that was set aside because it ends its workers.
    package var isQuarantined: Bool { result == nil && failure == nil }
}
