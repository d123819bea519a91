extension ObjectStore {
    /// Removes the results of `run` that lost a race; how many.
    ///
    /// Of a shard that was computed more than once, one result counts, and `jobs` knows which. A run
    /// that is not done keeps everything: a result that was just received, and that its worker is
    /// about to report, looks like one that lost. So does one that is received while this runs,
    /// hence no upload to the run may be under way. Results in `kept` stay, for a ledger still reads
    /// from them. Throws what the two stores throw.
    @discardableResult
    package func removeOrphans(
        of run: RunID, in jobs: some JobStore, keeping kept: Set<ObjectKey> = []
    ) async throws -> Int {
        guard try await jobs.run(run).state == .done else { return 0 }
        var orphans = Set(try results(of: run)).subtracting(kept)
        var next = 0
        while !orphans.isEmpty {
            let shards = try await jobs.endedShards(of: run, from: next, limit: 1024)
            guard let last = shards.last else { break }
            next = last.range.firstRow + last.range.count
            for shard in shards {
                guard let result = shard.result else { continue }
                orphans.remove(
                    .result(
                        run, shard: shard.range.index, epoch: shard.epoch, sha256: result.sha256))
            }
        }
        for orphan in orphans { try await remove(orphan) }
        return orphans.count
    }
}
