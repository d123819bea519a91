import Curation
import PipelineCore
import Testing

@Suite("The statistics of a run")
struct StatisticsTests {
    static func prediction(
        _ index: Int, confidence: Double = 0.5, margin: Double = 0.1, members: [Int] = []
    ) -> Prediction {
        Prediction(
            index: index, confidence: confidence, margin: margin, entropy: 0, agreement: 1,
            top: [], members: members.map { .init(index: $0, probability: 0.5) })
    }

    static func file(_ row: Int) -> RelativePath { RelativePath(bytes: Array("\(row).jpg".utf8)) }

    @Test("count classes, the most frequent first")
    func classes() {
        var counts = ClassCounts(classes: 5)
        for index in [3, 1, 3, 4, 1, 3, 0, -1, 5] { counts.add(index) }

        #expect(counts.counts == [1, 2, 0, 3, 1])
        #expect(counts.total == 7)
        #expect(counts.present == 4)
        #expect(counts.largest(9).map(\.index) == [3, 1, 0, 4])
        #expect(counts.largest(2).map(\.count) == [3, 2])
        #expect(counts.largest(0).isEmpty)
    }

    @Test(
        "put confidences into bins that hold their lower bound",
        arguments: [
            (0, 0), (0.0499, 0), (0.05, 1), (0.15, 3), (0.35, 7), (0.55, 11), (0.949, 18),
            (0.95, 19),
            (1, 19), (1.0000000001, 19), (-0.1, 0),
        ])
    func bins(_ confidence: Double, _ bin: Int) {
        var histogram = ConfidenceHistogram()
        histogram.add(confidence)

        #expect(histogram.counts.firstIndex(of: 1) == bin)
        #expect(histogram.total == 1)
        #expect(histogram.mean == confidence)
    }

    @Test("have no mean of nothing")
    func nothing() {
        var histogram = ConfidenceHistogram(bins: 4)
        histogram.add(.nan)

        #expect(histogram.mean == nil)
        #expect(histogram.counts == [0, 0, 0, 0])
        #expect(histogram.bounds(ofBin: 3) == 0.75...1)
        #expect(MemberAgreement(members: 2).unanimity == nil)
        #expect(MemberAgreement(members: 2).withEnsemble(0) == nil)
    }

    @Test(
        "keep the least certain images, in order, whatever order they come in",
        arguments: [
            0, 1, 3, 10, 50,
        ])
    func leastCertain(_ limit: Int) {
        // Few values, so that margin and row have to decide.
        let rows: [(row: Int, confidence: Double, margin: Double)] = (0..<40).map { row in
            (row, Double(row * 7 % 5) / 10, Double(row * 3 % 4) / 10)
        }
        let expected = rows.sorted { a, b in
            (a.confidence, a.margin, a.row) < (b.confidence, b.margin, b.row)
        }.prefix(limit).map(\.row)
        for order in [rows, rows.reversed(), rows.shuffled()] {
            var least = LeastCertain(limit: limit)
            for (row, confidence, margin) in order {
                least.add(
                    Self.prediction(0, confidence: confidence, margin: margin),
                    of: Self.file(row), row: row)
            }
            #expect(least.entries.map(\.row) == expected)
            #expect(least.entries.map(\.file) == expected.map { Self.file($0) })
        }
    }

    @Test("group failures by reason, with the first examples")
    func failures() {
        var failures = FailureCounts(limit: 2)
        for (row, reason) in ["empty", "corrupt", "empty", "changed", "empty"].enumerated() {
            failures.add(ImageFailure(reason: reason, detail: "\(row)"), of: Self.file(row))
        }

        #expect(failures.total == 5)
        #expect(failures.byReason.map(\.reason) == ["empty", "changed", "corrupt"])
        #expect(failures.byReason.map(\.count) == [3, 1, 1])
        #expect(failures.byReason[0].examples.map(\.detail) == ["0", "2"])
        #expect(failures.byReason[0].examples.map(\.file) == [Self.file(0), Self.file(2)])
    }

    @Test("measure agreement with the ensemble and between members")
    func agreement() {
        var agreement = MemberAgreement(members: 3)
        agreement.add(Self.prediction(1, members: [1, 1, 1]))
        agreement.add(Self.prediction(1, members: [1, 1, 2]))
        agreement.add(Self.prediction(2, members: [0, 1, 2]))
        agreement.add(Self.prediction(3, members: [3, 0, 0]))
        agreement.add(Self.prediction(3, members: [3]))

        #expect(agreement.total == 4)
        #expect(agreement.unanimity == 0.25)
        #expect((0..<3).map { agreement.withEnsemble($0) } == [0.75, 0.5, 0.5])
        #expect(agreement.between(0, 1) == 0.5)
        #expect(agreement.between(1, 0) == 0.5)
        #expect(agreement.between(1, 2) == 0.5)
        #expect(agreement.between(0, 2) == 0.25)
        #expect(agreement.between(2, 2) == 1)
    }

    @Test("compare labels with given ones, by name in any case or by index")
    func given() {
        var given = GivenLabels(labels: ["cat", "Dog", "crane", "crane"])
        for (said, index) in [
            ("CAT", 0), ("dog", 1), ("1", 1), ("crane", 2), ("crane", 3), ("cat", 1),
            ("unicorn", 0), ("9", 0),
        ] { given.add(said, Self.prediction(index)) }
        given.add(nil, Self.prediction(0))

        #expect((given.known, given.agreeing, given.unknown) == (6, 5, 2))
    }

    @Test("number rows across labels and failures")
    func rows() {
        var statistics = RunStatistics(classes: 3, members: 1, leastCertain: 1, examples: 1)
        statistics.add(ImageFailure(reason: "empty", detail: ""), of: Self.file(0))
        statistics.add(Self.prediction(2, confidence: 0.4, members: [2]), of: Self.file(1))
        statistics.add(Self.prediction(1, confidence: 0.9, members: [0]), of: Self.file(2))

        #expect(statistics.rows == 3)
        #expect(statistics.labelled == 2)
        #expect(statistics.failures.total == 1)
        #expect(statistics.leastCertain.entries.map(\.row) == [1])
        #expect(statistics.classes.counts == [0, 1, 1])
        #expect(statistics.agreement.withEnsemble(0) == 0.5)
        #expect(statistics.confidence.total == 2)
    }
}
