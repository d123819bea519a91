import PipelineCore

/// The ended shards of a run, one after the other, fetched a page at a time.
///
/// They are known to cover the manifest from its first row without gap or overlap.
struct EndedShards {
    private static let pageSize = 256

    private let run: Run
    private let jobs: any JobStore
    private var page: ArraySlice<EndedShard> = []
    private var shards = 0
    private var rows = 0

    init(of run: Run, in jobs: any JobStore) {
        self.run = run
        self.jobs = jobs
    }

    /// The next shard; nil after the last.
    ///
    /// Throws ``ReportError/damaged(_:detail:)`` where a shard is missing or out of place, and what
    /// the job store throws.
    mutating func next() async throws -> EndedShard? {
        if page.isEmpty, shards < run.counts.shards {
            page = try await jobs.endedShards(of: run.id, from: rows, limit: Self.pageSize)[...]
        }
        guard let shard = page.popFirst() else {
            guard shards == run.counts.shards, rows == run.counts.images else {
                throw ReportError.damaged(
                    run.id,
                    detail: "\(shards) of \(run.counts.shards) shards with \(rows) of "
                        + "\(run.counts.images) images have ended")
            }
            return nil
        }
        guard shard.range.firstRow == rows, shard.range.count > 0 else {
            throw ReportError.damaged(
                run.id,
                detail: "shard \(shard.range.index) from row \(shard.range.firstRow) follows, "
                    + "where one from row \(rows) was due")
        }
        shards += 1
        rows += shard.range.count
        return shard
    }
}
