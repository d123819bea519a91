import PipelineCore
import Results
import TestSupport
import Testing

@Suite("Two results of a shard")
struct ResultComparisonTests {
    let folder = TemporaryFolder()

    @Test(
        "agree when every logit is as good as the same",
        arguments: [
            (.f32, 0.04), (.auto, 0.04), (.bf16, 0.4), (.int8, 0.4),
        ] as [(Precision, Float)])
    func logits(precision: Precision, limit: Float) throws {
        // Logits of a row are 0.1, 1.1 and 2.1 plus a constant: 5 % of their deviation is 0.041.
        for (shift, agree) in [(0, true), (0.9, true), (-0.75, true), (1.2, false), (-50, false)] {
            let shift = Float(shift) * limit
            #expect(
                try compare(precision) { row in row == 1 ? .logits(shift) : nil } == agree,
                "\(shift)")
        }
    }

    @Test("disagree about a logit that is far off, whichever of them has it")
    func farOff() throws {
        for shift in [Float(1e9), 1e30] {
            #expect(try !compare { row in row == 1 ? .logits(shift) : nil })
            #expect(try !compare(isLater: false) { row in row == 1 ? .logits(shift) : nil })
        }
    }

    @Test("disagree when classes are exchanged in one row")
    func flipped() throws {
        for precision in Precision.allCases {
            #expect(try !compare(precision) { row in row == 3 ? .reversed : nil })
        }
    }

    @Test(
        "agree about a failed image where the circumstances may be to blame",
        arguments: [
            ("unreachable", true), ("missing", true), ("unreadable", true), ("corrupt", false),
            ("not-an-image", false), ("not-finite", false),
        ])
    func failures(reason: String, agree: Bool) throws {
        #expect(try compare { row in row == 0 ? .failed(reason) : nil } == agree)
    }

    @Test("agree about an image that failed for either, whatever the words")
    func bothFailed() throws {
        #expect(try compare { row in row == 2 ? .failed("corrupt") : nil })
    }

    @Test("disagree when the later one is no result of that shard")
    func foreign() throws {
        let earlier = try folder.write(ShardFixture.outcome().encode(), as: "earlier")
        let later = try folder.write(Array("lie".utf8), as: "later")
        #expect(try !result(later, earlier))
        #expect(throws: (any Error).self) { try result(earlier, later) }
    }

    private enum Change {
        case logits(Float)
        case reversed
        case failed(String)
    }

    private func compare(
        _ precision: Precision = .f32, isLater: Bool = true, _ change: (Int) -> Change?
    ) throws -> Bool {
        var outcome = try ShardFixture.empty()
        for row in 0..<5 {
            if case .failed(let reason)? = change(row) {
                try outcome.fail(row, ImageFailure(reason: reason, detail: "so it was"))
            } else if let failure = ShardFixture.failures[row] {
                try outcome.fail(row, failure)
            }
            for member in 0..<2 where outcome.failures[row] == nil {
                var logits = ShardFixture.logits(member: member, row: row)
                switch change(row) {
                case .logits(let shift)?: logits[2] += shift
                case .reversed?: logits.reverse()
                case .failed?, nil: break
                }
                try outcome.record(logits.span, member: member, row: row)
            }
        }
        let changed = try folder.write(outcome.encode(), as: "changed")
        let plain = try folder.write(ShardFixture.outcome().encode(), as: "plain")
        return try isLater
            ? result(changed, plain, precision) : result(plain, changed, precision)
    }

    private func result(
        _ path: String, _ earlier: String, _ precision: Precision = .f32
    ) throws -> Bool {
        var run = Run.sample("rtest")
        run.definition = ShardFixture.definition
        for member in run.definition.members.indices {
            run.definition.members[member].precision = precision
        }
        return try ResultComparison().result(
            at: path, agreesWith: earlier, on: ShardFixture.range, of: run)
    }
}
