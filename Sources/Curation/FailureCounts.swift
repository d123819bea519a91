package import PipelineCore

/// How many images have no label, and why, with a few examples of each reason.
package struct FailureCounts: Sendable, Hashable {
    /// The failures of one reason.
    package struct Group: Sendable, Hashable {
        /// The machine-readable word.
        package let reason: String
        /// Images that failed for it.
        package fileprivate(set) var count: Int
        /// The first of them, in the order of the manifest.
        package fileprivate(set) var examples: [Example]
    }

    /// An image that failed.
    package struct Example: Sendable, Hashable {
        /// The image's file.
        package let file: RelativePath
        /// What happened, as a sentence.
        package let detail: String
    }

    /// How many examples are kept of each reason.
    package let limit: Int
    private var groups: [String: Group] = [:]

    /// Nothing counted yet; of each reason up to `limit` examples will be kept.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Counts an image that failed.
    package mutating func add(_ failure: ImageFailure, of file: RelativePath) {
        let empty = Group(reason: failure.reason, count: 0, examples: [])
        groups[failure.reason, default: empty].count += 1
        guard groups[failure.reason, default: empty].examples.count < limit else { return }
        groups[failure.reason, default: empty].examples
            .append(Example(file: file, detail: failure.detail))
    }

    /// Images counted.
    package var total: Int { groups.values.reduce(0) { $0 + $1.count } }

    /// Each reason's failures, the most frequent first, of equals by the reason's name.
    package var byReason: [Group] {
        groups.values.sorted { ($1.count, $0.reason) < ($0.count, $1.reason) }
    }
}
