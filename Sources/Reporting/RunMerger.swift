import Ensembles
import PipelineCore

/// Walks a finished run in the order of its manifest, a few shards at a time.
///
/// Shards are read and combined concurrently, and their parts are handed over in order. No more
/// than a handful are held at once, whatever the size of the dataset.
struct RunMerger: Sendable {
    /// Result files above this many bytes are read one at a time, to bound the memory.
    private static let largeResult = 32e6

    private let run: Run
    private let jobs: any JobStore
    private let shard: ShardMerger
    private let width: Int

    /// Prepares to walk `run`, `width` shards at a time.
    ///
    /// Throws ``ReportError`` where the run is not finished or its manifest is gone or changed, and
    /// `CommitteeError` where its definition makes no ensemble.
    init(
        of run: Run, jobs: any JobStore, objects: any ObjectStore, classes: ClassList, width: Int
    ) throws {
        guard run.state == .done else {
            throw ReportError.unfinished(
                run.id, shards: run.counts.shards,
                ended: run.counts.shardsDone + run.counts.shardsFailed)
        }
        let key = ObjectKey.manifest(run.id)
        let path: String
        do {
            path = try objects.path(of: key)
        } catch ObjectError.missing {
            throw ReportError.missing(run.id, what: "the manifest", key: key.path)
        }
        let manifest = try StoredManifest(of: run.id, path: path)
        try manifest.check(run.manifest)
        self.run = run
        self.jobs = jobs
        shard = ShardMerger(
            run: run, objects: objects, classes: classes,
            committee: try Committee(run.definition), manifest: manifest)
        let rows = run.definition.shardSize ?? min(run.counts.images, ShardSizing.largest)
        let result =
            Double(rows) * Double(run.definition.members.count)
            * Double(classes.labels.count * MemoryLayout<Float>.size)
        self.width = result > Self.largeResult ? 1 : max(1, width)
    }

    /// Gathers each shard's rows into a part, beginning with `empty`, and hands the parts to
    /// `consume` in order, until it answers false.
    func forEachShard<Part: Sendable>(
        from empty: Part, adding add: @escaping @Sendable (ManifestRow, inout Part) -> Void,
        consume: (Part) async throws -> Bool
    ) async throws {
        try await withThrowingTaskGroup(of: (place: Int, part: Part).self) { group in
            var ended = EndedShards(of: run, in: jobs)
            var early: [Int: Part] = [:]
            var atWork = 0
            var begun = 0
            var due = 0
            while true {
                while atWork < width, atWork + early.count < 2 * width,
                    let next = try await ended.next()
                {
                    let place = begun
                    begun += 1
                    atWork += 1
                    group.addTask(priority: .utility) {
                        var part = empty
                        try await shard.forEachRow(of: next) { add($0, &part) }
                        return (place, part)
                    }
                }
                guard let finished = try await group.next() else { return }
                atWork -= 1
                early[finished.place] = finished.part
                while let part = early.removeValue(forKey: due) {
                    due += 1
                    guard try await consume(part) else {
                        group.cancelAll()
                        return
                    }
                }
            }
        }
    }
}
