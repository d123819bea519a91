package import PipelineCore

/// Everything a report tells about a run's predictions, gathered one row after the other.
///
/// Memory is bounded by classes, members and the limits given, not by images.
package struct RunStatistics: Sendable, Hashable {
    /// Images of each class.
    package private(set) var classes: ClassCounts
    /// Images by confidence.
    package private(set) var confidence: ConfidenceHistogram
    /// The images to look at first.
    package private(set) var leastCertain: LeastCertain
    /// How much the members agree.
    package private(set) var agreement: MemberAgreement
    /// Images without a label.
    package private(set) var failures: FailureCounts
    /// Rows seen.
    package private(set) var rows = 0

    /// Nothing seen yet.
    package init(classes: Int, members: Int, leastCertain: Int = 20, examples: Int = 5) {
        self.classes = ClassCounts(classes: classes)
        confidence = ConfidenceHistogram()
        self.leastCertain = LeastCertain(limit: leastCertain)
        agreement = MemberAgreement(members: members)
        failures = FailureCounts(limit: examples)
    }

    /// Images with a label.
    package var labelled: Int { agreement.total }

    /// Takes in the manifest's next row, which has a label.
    package mutating func add(_ prediction: Prediction, of file: RelativePath) {
        classes.add(prediction.index)
        confidence.add(prediction.confidence)
        leastCertain.add(prediction, of: file, row: rows)
        agreement.add(prediction)
        rows += 1
    }

    /// Takes in the manifest's next row, which has none.
    package mutating func add(_ failure: ImageFailure, of file: RelativePath) {
        failures.add(failure, of: file)
        rows += 1
    }
}
