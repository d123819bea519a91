/// How many images were labelled with how much confidence.
///
/// Higher is surer. The bins divide 0...1 evenly; each holds its lower bound, the last one also 1.
package struct ConfidenceHistogram: Sendable, Hashable {
    /// Images in each bin, the least confident first.
    package private(set) var counts: [Int]
    /// The sum of the confidences.
    private var sum = 0.0

    /// Nothing counted yet; there is at least one bin.
    package init(bins: Int = 20) {
        counts = [Int](repeating: 0, count: max(1, bins))
    }

    /// Counts an image of that confidence, 0...1; what is not a number counts nowhere.
    package mutating func add(_ confidence: Double) {
        guard !confidence.isNaN else { return }
        let place = (min(max(confidence, 0), 1) * Double(counts.count)).rounded(.down)
        counts[min(Int(place), counts.count - 1)] += 1
        sum += confidence
    }

    /// Images counted.
    package var total: Int { counts.reduce(0, +) }

    /// The mean confidence, 0...1, higher is surer; nil before the first image.
    package var mean: Double? { total == 0 ? nil : sum / Double(total) }

    /// The confidences that fall into a bin, from its lower to its upper bound.
    package func bounds(ofBin bin: Int) -> ClosedRange<Double> {
        Double(bin) / Double(counts.count)...Double(bin + 1) / Double(counts.count)
    }
}
