package import Networks

/// Watches a network in f32 at work, and proposes the range of each value.
///
/// Two passes over the same images: the first finds the extremes, the second counts how often each
/// part of the range between them is met. The range proposed is the one whose 256 steps err least
/// in the mean square: rare extremes are cut off where that makes the steps finer.
package struct RangeRecorder {
    private static let bins = 2048

    private struct Histogram {
        var low: Float
        var high: Float
        var counts: [Int] = Array(repeating: 0, count: RangeRecorder.bins)

        mutating func count(_ numbers: [Float]) {
            let scale = Float(counts.count) / max(high - low, .leastNormalMagnitude)
            for number in numbers {
                let bin = Int((number - low) * scale)
                counts[min(max(bin, 0), counts.count - 1)] += 1
            }
        }
    }

    private var extremes: [Node.ID: ValueRange] = [:]
    private var histograms: [Node.ID: Histogram] = [:]

    /// A recorder that has seen nothing.
    package init() {}

    /// The first pass: `session`'s first `count` images widen the extremes.
    package mutating func widen(by session: InferenceSession, count: Int) {
        session.observe(count: count) { node, numbers in
            var range = extremes[node] ?? ValueRange(low: 0, high: 0)
            for number in numbers {
                range.low = min(range.low, number)
                range.high = max(range.high, number)
            }
            extremes[node] = range
        }
    }

    /// The second pass: the same images are counted.
    package mutating func count(_ session: InferenceSession, count: Int) {
        session.observe(count: count) { node, numbers in
            let range = extremes[node] ?? ValueRange(low: 0, high: 0)
            histograms[node, default: Histogram(low: range.low, high: range.high)].count(numbers)
        }
    }

    /// The proposed range of each value that was seen.
    package var ranges: [Node.ID: ValueRange] {
        histograms.mapValues { histogram in
            let high = Self.best(histogram.high) { end in
                Self.error(of: histogram, low: histogram.low, high: end)
            }
            let low = Self.best(histogram.low) { end in
                Self.error(of: histogram, low: end, high: high)
            }
            return ValueRange(low: low, high: high)
        }
    }

    /// The end of the range with the least error, among shares of the extreme.
    private static func best(_ extreme: Float, error: (Float) -> Double) -> Float {
        guard extreme != 0 else { return 0 }
        let candidates = (30...100).map { extreme * Float($0) / 100 }
        let errors = candidates.map(error)
        let least = errors.min() ?? 0
        // Of equals the widest, which cuts off nothing.
        return zip(candidates, errors).reversed().first { $0.1 <= least }?.0 ?? extreme
    }

    /// The sum of squared errors when numbers are stored in 256 steps from `low` to `high`.
    private static func error(of histogram: Histogram, low: Float, high: Float) -> Double {
        let step = Double(high - low) / 255
        let width = Double(histogram.high - histogram.low) / Double(histogram.counts.count)
        var error = 0.0
        for (bin, count) in histogram.counts.enumerated() where count > 0 {
            let number = Double(histogram.low) + (Double(bin) + 0.5) * width
            let beyond = max(number - Double(high), Double(low) - number, 0)
            error += Double(count) * (beyond > 0 ? beyond * beyond : step * step / 12)
        }
        return error
    }
}
