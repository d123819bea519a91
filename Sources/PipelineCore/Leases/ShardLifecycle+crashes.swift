/// How a shard that ends its workers is narrowed down to the image that does it.
///
/// One death may be anybody's fault: a reboot, an operator, a full memory. After the second, the
/// shard is split, and every part that is still under suspicion is split again by its next death,
/// until one image is left. That takes at most 2 + ⌈log₂ n⌉ deaths for n images, and fewer where
/// markers name the images that were in hand.
extension ShardLifecycle {
    /// Counts the death of `holder`, with what its marker said, or nil where it only fell silent.
    mutating func note(_ holder: ShardHolder, _ mark: CrashMark?) {
        crashes += 1
        log.append(
            Crash(worker: holder.worker, epoch: holder.epoch, images: range.count, mark: mark))
    }

    /// Takes back what the silence of a late holder was counted as: it is alive after all, or its
    /// own word about its end is better.
    mutating func forgive(_ holder: ShardHolder) {
        guard holder.isBegun else {
            lapses = max(0, lapses - 1)
            return
        }
        guard let place = log.lastIndex(where: { $0.epoch == holder.epoch && $0.mark == nil })
        else { return }
        log.remove(at: place)
        crashes = max(0, crashes - 1)
    }

    /// Decides about a shard that nobody holds any more: given up with `words` after the last of
    /// `limit` attempts, quarantined or split after too many deaths, or else left to wait.
    ///
    /// What only the audit has brought to that end counts as it is.
    mutating func judge(_ words: String, limit: Int) -> [ShardLifecycle] {
        guard case .queued = phase else { return [] }
        let isOver =
            crashes >= Self.crashLimit || attempts + lapses / Self.lapsesAnAttempt >= limit
        guard isOver, !waive() else { return [] }
        opinions = []
        if crashes >= Self.crashLimit { return isolate() }
        phase = .failed(words)
        return []
    }

    /// Quarantines an image that is alone, or splits the shard around its suspects.
    private mutating func isolate() -> [ShardLifecycle] {
        guard range.count > 1 else {
            phase = .quarantined
            return []
        }
        phase = .queued(late: nil)
        crashes = Self.crashLimit - 1
        guard let suspects, suspects.count < range.count else {
            return [cut(after: (range.count + 1) / 2)]
        }
        let isProven = suspects.count == 1 && isSignalled
        var parts: [ShardLifecycle] = []
        if suspects.upperBound < range.rows.upperBound {
            var rest = cut(after: suspects.upperBound - range.firstRow)
            rest.acquit()
            parts.append(rest)
        }
        if suspects.lowerBound > range.firstRow {
            var middle = cut(after: suspects.lowerBound - range.firstRow)
            if isProven { middle.phase = .quarantined }
            parts.insert(middle, at: 0)
            acquit()
        } else if isProven {
            phase = .quarantined
        }
        return parts
    }

    /// The rows that all markers accuse, as the smallest range that holds them; nil with fewer
    /// markers than it takes deaths, or where they contradict each other.
    private var suspects: Range<Int>? {
        let accused = marks.compactMap(\.rows).map { Set($0).intersection(range.rows) }
            .filter { !$0.isEmpty }
        guard accused.count >= Self.crashLimit, let first = accused.first else { return nil }
        let common = accused.dropFirst().reduce(first) { $0.intersection($1) }
        guard let lowest = common.min(), let highest = common.max() else { return nil }
        return lowest..<highest + 1
    }

    /// Whether enough workers have caught the signal that ended them.
    ///
    /// One that was killed from
    /// outside catches none, and was perhaps only unlucky.
    private var isSignalled: Bool { marks.count { $0.signal != nil } >= Self.crashLimit }

    private var marks: [CrashMark] { log.compactMap(\.mark) }

    /// Keeps the first `images`, and gives the others as a part under the same suspicion.
    private mutating func cut(after images: Int) -> ShardLifecycle {
        ShardLifecycle(
            range.split(after: images), crashes: crashes, log: log)
    }

    private mutating func acquit() {
        crashes = 0
        log = []
    }
}

extension ShardRange {
    /// Keeps the first `images`, and gives the others, under the same number until it gets its own.
    mutating func split(after images: Int) -> ShardRange {
        var rest = self
        rest.firstRow += images
        rest.skip += images
        rest.count -= images
        count = images
        return rest
    }
}
