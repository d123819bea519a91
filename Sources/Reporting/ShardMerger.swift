import Ensembles
import PipelineCore
import Results

/// Brings a shard's manifest lines and its result file together, row by row.
struct ShardMerger: Sendable {
    let run: Run
    let objects: any ObjectStore
    let classes: ClassList
    let committee: Committee
    let manifest: StoredManifest

    /// Calls `body` with the shard's rows in their order.
    ///
    /// Gives way to other tasks now and then, for a shard may keep a core busy for long. Throws
    /// ``ReportError`` and ``ResultError``.
    func forEachRow(of shard: EndedShard, _ body: (ManifestRow) -> Void) async throws {
        let entries = try manifest.entries(of: shard.range)
        guard let result = shard.result else {
            let failure = Self.failure(of: shard)
            for entry in entries {
                body(
                    ManifestRow(
                        file: entry.file, outcome: .failed(failure), given: entry.label))
            }
            return
        }
        let file = try open(result, of: shard)
        var scratch = Committee.Scratch()
        var logits: [Float] = []
        for (row, entry) in entries.enumerated() {
            if row % 128 == 127 {
                await Task.yield()
                try Task.checkCancellation()
            }
            let outcome = try outcome(of: row, in: file, logits: &logits, scratch: &scratch)
            body(ManifestRow(file: entry.file, outcome: outcome, given: entry.label))
        }
    }

    /// What became of the images of a shard that has no result.
    ///
    /// Of one in quarantine it says the same whatever happened on the way; who died of it, and
    /// when, is the quarantine's own list.
    private static func failure(of shard: EndedShard) -> ImageFailure {
        guard let words = shard.failure else {
            return ImageFailure(
                reason: "quarantined",
                detail: "workers that look at this image die; 'pipeline quarantine list' tells more"
            )
        }
        return ImageFailure(
            reason: "shard-failed", detail: "the shard of this image was given up: \(words)")
    }

    private func outcome(
        of row: Int, in file: ShardResultFile, logits: inout [Float],
        scratch: inout Committee.Scratch
    ) throws -> ManifestRow.Outcome {
        if let failure = file.failure(row) { return .failed(failure) }
        file.copyLogits(ofRow: row, to: &logits)
        do {
            return .labelled(try committee.decide(logits.span, using: &scratch))
        } catch CommitteeError.notFinite(let member) {
            return .failed(
                ImageFailure(
                    reason: "not-finite",
                    detail: "member '\(file.members[member].name)' gave logits that are infinite "
                        + "or not numbers"))
        }
    }

    /// The shard's result, known to be the one that counts and to fit the run.
    private func open(_ result: ShardResult, of shard: EndedShard) throws -> ShardResultFile {
        let index = shard.range.index
        let key = ObjectKey.result(
            run.id, shard: index, epoch: shard.epoch, sha256: result.sha256)
        let path: String
        do {
            path = try objects.path(of: key)
        } catch ObjectError.missing {
            throw ReportError.missing(run.id, what: "the result of shard \(index)", key: key.path)
        }
        let file = try ShardResultFile(path: path, sha256: result.sha256)
        try file.checkBelongs(to: run.id, range: shard.range, definition: run.definition)
        for member in file.members where member.classes != classes.labels.count {
            throw ReportError.damaged(
                run.id,
                detail: "member '\(member.name)' of shard \(index) tells \(member.classes) classes "
                    + "apart, the class list '\(classes.name)' has \(classes.labels.count)")
        }
        guard file.labelled == result.labelled, file.failures.count == result.failed else {
            throw ReportError.damaged(
                run.id,
                detail: "the result of shard \(index) has \(file.labelled) labelled images, "
                    + "counted were \(result.labelled)")
        }
        return file
    }
}
