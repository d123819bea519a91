package import PipelineCore

/// Compares result files of one shard as numbers, since processors of different kinds sum in
/// different orders and do not write the same bytes.
///
/// Two rows with logits agree when no logit of any member differs by more than ``LogitTolerance`` of
/// the standard deviation of that member's logits in the row.
/// Two rows that failed agree. One that failed agrees with logits only where the circumstances may have
/// been to blame, such as a server that did not answer.
package struct ResultComparison: ResultComparer {
    /// Reasons that are about an image's bytes or a network's outputs, and so the same everywhere.
    private static let lasting: Set = [
        "empty", "not-an-image", "unsupported", "truncated", "corrupt", "not-finite",
    ]

    /// Nothing to choose.
    package init() {}

    package func result(
        at path: String, agreesWith earlier: String, on range: ShardRange, of run: Run
    ) throws -> Bool {
        let old = try ShardResultFile(path: earlier)
        let new: ShardResultFile
        do {
            new = try ShardResultFile(path: path)
            try new.checkBelongs(to: run.id, range: range, definition: run.definition)
        } catch let error {
            if case .unreadable = error { throw error }
            return false
        }
        guard new.rows == old.rows, new.members.map(\.classes) == old.members.map(\.classes) else {
            return false
        }
        let precisions = run.definition.members.map(\.precision)
        return (0..<new.rows).allSatisfy { Self.agree(new, old, row: $0, precisions) }
    }

    private static func agree(
        _ a: ShardResultFile, _ b: ShardResultFile, row: Int, _ precisions: [Precision]
    ) -> Bool {
        switch (a.failure(row), b.failure(row)) {
        case (_?, _?): return true
        case (let failure?, nil), (nil, let failure?): return !lasting.contains(failure.reason)
        case (nil, nil): break
        }
        return precisions.enumerated().allSatisfy { member, precision in
            agree(a.logits(member: member, row: row), b.logits(member: member, row: row), precision)
        }
    }

    static func agree(_ a: [Float], _ b: [Float], _ precision: Precision = .f32) -> Bool {
        // Of the smaller one: a logit that is far off widens the deviation of its own row.
        let deviation = min(a.standardDeviation, b.standardDeviation)
        let limit = LogitTolerance.limit(precision, deviation: deviation)
        return zip(a, b).allSatisfy { abs($0 - $1) <= limit }
    }
}
