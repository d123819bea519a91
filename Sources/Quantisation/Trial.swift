import Checkpoints
import Inference
import Networks
import PipelineCore

/// A network in one arithmetic, asked about images one after the other.
struct Trial {
    private let session: InferenceSession
    private let classes: Int

    init(_ network: Network, _ checkpoint: Checkpoint, _ arithmetic: Arithmetic) throws {
        // Every value is looked at as a whole.
        let compiled = try CompiledNetwork(
            network, checkpoint, batch: 1, arithmetic: arithmetic, inBlocks: false)
        session = try InferenceSession(compiled, in: Workspace(for: [compiled]))
        classes = compiled.classes
    }

    /// The logits of each image, `[n][classes]`.
    func logits(of images: [[Float]]) -> [[Float]] {
        images.map { image in
            _ = session.input.update(fromContentsOf: image)
            return Array(session.run(count: 1).prefix(classes))
        }
    }

    /// Hands `watch` the session with each image in its place.
    func each(_ images: [[Float]], _ watch: (InferenceSession) -> Void) {
        for image in images {
            _ = session.input.update(fromContentsOf: image)
            watch(session)
        }
    }
}

/// How closely logits follow reference logits.
struct Comparison {
    /// The share of images with the same first class.
    private(set) var agreement = 0.0
    /// The mean distance of the probabilities of the reference's first class.
    private(set) var probabilityShift = 0.0
    /// The mean square of the logits' differences, in variances of the reference.
    private(set) var noise = 0.0

    init(_ logits: [[Float]], against reference: [[Float]]) {
        guard !reference.isEmpty else { return }
        for (row, expected) in zip(logits, reference) {
            let first = Self.first(expected)
            agreement += Self.first(row) == first ? 1 : 0
            probabilityShift += abs(Self.share(first, row) - Self.share(first, expected))
            noise += Self.noise(row, expected)
        }
        let count = Double(reference.count)
        agreement /= count
        probabilityShift /= count
        noise /= count
    }

    private static func first(_ row: [Float]) -> Int {
        row.indices.max { row[$0] < row[$1] } ?? 0
    }

    /// The softmax of class `index`.
    private static func share(_ index: Int, _ row: [Float]) -> Double {
        let largest = row.max() ?? 0
        let sum = row.reduce(0.0) { $0 + exponential(Double($1 - largest)) }
        return exponential(Double(row[index] - largest)) / sum
    }

    private static func noise(_ row: [Float], _ expected: [Float]) -> Double {
        let mean = expected.reduce(0.0) { $0 + Double($1) } / Double(expected.count)
        var (error, variance) = (0.0, 0.0)
        for (a, b) in zip(row, expected) {
            error += Double(a - b) * Double(a - b)
            variance += (Double(b) - mean) * (Double(b) - mean)
        }
        return error / max(variance, .leastNormalMagnitude)
    }
}
