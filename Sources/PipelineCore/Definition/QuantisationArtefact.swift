/// What it takes to compute a network in 8-bit integers, and how well that was seen to go.
///
/// It belongs to one file of weights, and travels with a run, so that every worker computes the
/// same integers. Weights are quantised by each worker from the file, a scale for each output
/// channel; only what cannot be derived from the file stands here.
package struct QuantisationArtefact: Sendable, Hashable, Codable {
    /// The range of a value in the network.
    package struct Range: Sendable, Hashable, Codable {
        /// Which value, by its place in the network's nodes.
        package var node: Int
        /// The number that 0 stands for, at most 0.
        package var low: Float
        /// The number that 255 stands for, at least 0.
        package var high: Float

        /// Names every field.
        package init(node: Int, low: Float, high: Float) {
            self.node = node
            self.low = low
            self.high = high
        }
    }

    /// How closely integers followed floats on images that had no part in choosing ranges.
    package struct Figures: Sendable, Hashable, Codable {
        /// How many images that was measured on.
        package var images: Int
        /// The share of them with the same first class; 0...1, higher is better.
        package var agreement: Double
        /// The mean distance of the first class's probabilities; 0...1, lower is better.
        package var probabilityShift: Double

        /// Names every field.
        package init(images: Int, agreement: Double, probabilityShift: Double) {
            self.images = images
            self.agreement = agreement
            self.probabilityShift = probabilityShift
        }
    }

    /// The SHA-256 of the file of weights.
    package var source: SHA256Digest
    /// The SHA-256 of the digests of the calibration images, in order.
    package var calibration: SHA256Digest
    /// How weights and ranges were chosen, in words.
    package var scheme: String
    /// The number of nodes of the network that the ranges number.
    package var nodes: Int
    /// The ranges, by node.
    package var ranges: [Range]
    /// Values that are computed in bf16, since integers hurt there; by node.
    package var exceptions: [Int]
    /// How well it went.
    package var figures: Figures

    /// Names every field.
    package init(
        source: SHA256Digest, calibration: SHA256Digest, scheme: String, nodes: Int,
        ranges: [Range], exceptions: [Int], figures: Figures
    ) {
        self.source = source
        self.calibration = calibration
        self.scheme = scheme
        self.nodes = nodes
        self.ranges = ranges
        self.exceptions = exceptions
        self.figures = figures
    }
}

extension QuantisationArtefact.Figures {
    /// What an artefact has to reach before `auto` chooses it: 98 % agreement, and probabilities
    /// within 0.02 on average.
    package var passesGuard: Bool { agreement >= 0.98 && probabilityShift < 0.02 }
}
