import Curation
package import PipelineCore

/// Tells about runs from what is stored of them: shards, manifest and result files.
///
/// Nothing is kept between calls, and a run tells the same every time. Memory does not grow with
/// the dataset.
package struct StoredRunReporter: RunReporter {
    /// The classes that a definition's networks tell apart.
    package typealias ClassLookup = @Sendable (PipelineDefinition) throws -> ClassList

    /// Manifests are handed out in pieces of this many bytes; the last is shorter.
    static let pieceSize = 64 * 1024

    private let jobs: any JobStore
    private let objects: any ObjectStore
    private let classes: ClassLookup
    private let width: Int

    /// Reads from `jobs` and `objects`, `width` shards at a time.
    package init(
        jobs: any JobStore, objects: any ObjectStore, width: Int = 2,
        classes: @escaping ClassLookup
    ) {
        self.jobs = jobs
        self.objects = objects
        self.width = width
        self.classes = classes
    }

    /// Writes the manifest of a finished run piece by piece, rows in byte order of `file`.
    ///
    /// Throws ``ReportError``, `ResultError`, and what the stores and `write` throw.
    package func export(
        _ run: Run, as format: ManifestFormat, to write: (consuming [UInt8]) async throws -> Void
    ) async throws {
        let classes = try classes(run.definition)
        let writer = format.writer(for: run.definition, classes: classes)
        var waiting = writer.header
        try await merger(of: run, classes).forEachShard(
            from: [UInt8](), adding: { row, bytes in writer.append(row, to: &bytes) },
            consume: { bytes in
                waiting += bytes
                var start = 0
                while waiting.count - start >= Self.pieceSize {
                    try await write(Array(waiting[start..<start + Self.pieceSize]))
                    start += Self.pieceSize
                }
                waiting.removeFirst(start)
                return true
            })
        if !waiting.isEmpty { try await write(waiting) }
    }

    /// A finished run as Markdown; throws what ``export(_:as:to:)`` throws.
    package func report(_ run: Run) async throws -> String {
        let classes = try classes(run.definition)
        var statistics = RunStatistics(
            classes: classes.labels.count, members: run.definition.members.count)
        var given = GivenLabels(labels: classes.labels)
        try await merger(of: run, classes).forEachShard(
            from: [ManifestRow](), adding: { row, rows in rows.append(row) },
            consume: { rows in
                for row in rows {
                    switch row.outcome {
                    case .labelled(let prediction):
                        statistics.add(prediction, of: row.file)
                        given.add(row.given, prediction)
                    case .failed(let failure): statistics.add(failure, of: row.file)
                    }
                }
                return true
            })
        return MarkdownReport(run: run, classes: classes, statistics: statistics, given: given).text
    }

    /// The first `limit` rows of a finished run as a table for the terminal, `width` columns wide.
    ///
    /// Throws what ``export(_:as:to:)`` throws.
    package func table(_ run: Run, rows limit: Int, width: Int = 100) async throws -> String {
        let classes = try classes(run.definition)
        var first: [ManifestRow] = []
        try await merger(of: run, classes).forEachShard(
            from: [ManifestRow](), adding: { row, rows in rows.append(row) },
            consume: { rows in
                first += rows.prefix(max(0, limit - first.count))
                return first.count < limit
            })
        return ResultsTable(
            rows: first, total: run.counts.images, classes: classes, width: width
        ).text
    }

    private func merger(of run: Run, _ classes: ClassList) throws -> RunMerger {
        try RunMerger(of: run, jobs: jobs, objects: objects, classes: classes, width: width)
    }
}
