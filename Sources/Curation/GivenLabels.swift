package import PipelineCore

/// How a run's labels compare with those that its dataset came with.
///
/// A given label is a class's name in any case, or its index.
package struct GivenLabels: Sendable, Hashable {
    /// Labelled images that came with a class of the run's.
    package private(set) var known = 0
    /// Those of them whose label is that class.
    package private(set) var agreeing = 0
    /// Those of them where that class is among the most probable ones.
    package private(set) var listed = 0
    /// Labelled images that came with something else.
    package private(set) var unknown = 0
    private let names: [String: Set<Int>]

    /// Nothing seen yet; `labels` are the classes' names in their order.
    package init(labels: [String]) {
        var names: [String: Set<Int>] = [:]
        for (index, label) in labels.enumerated() {
            names[label.lowercased(), default: []].insert(index)
            names[String(index), default: []].insert(index)
        }
        self.names = names
    }

    /// Takes in what an image came with, if anything, and what it was labelled.
    package mutating func add(_ given: String?, _ prediction: Prediction) {
        guard let given else { return }
        // Two classes of one name cannot be told apart by it: either is right.
        guard let classes = names[given.lowercased()] else {
            unknown += 1
            return
        }
        known += 1
        if classes.contains(prediction.index) { agreeing += 1 }
        if prediction.top.contains(where: { classes.contains($0.index) }) { listed += 1 }
    }
}
