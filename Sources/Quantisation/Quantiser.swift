package import Checkpoints
import Foundation
import Inference
import Labelling
import Models
package import Networks
package import PipelineCore

func exponential(_ x: Double) -> Double { exp(x) }

/// Finds out what it takes to compute a network in 8-bit integers without losing its labels.
///
/// Ranges are chosen on every second photo and judged on the others. Where integers fail the guard,
/// the layers whose integers err most go back to bf16, one after the other, until they pass.
package struct Quantiser {
    /// How weights and ranges are chosen.
    package static let scheme =
        "weights: symmetric, a scale an output channel, sums preserved; "
        + "values: 256 steps, least mean square error"

    private let network: Network
    private let checkpoint: Checkpoint
    private let photos: CalibrationPhotos
    private let source: SHA256Digest
    private let progress: (String) -> Void

    /// Prepares for the network whose weights have the digest `source`; `progress` is told of each
    /// step in words.
    package init(
        _ network: Network, _ checkpoint: Checkpoint, source: SHA256Digest,
        photos: CalibrationPhotos, progress: @escaping (String) -> Void
    ) {
        self.network = network
        self.checkpoint = checkpoint
        self.source = source
        self.photos = photos
        self.progress = progress
    }

    /// The artefact, whether it passes the guard or not; its figures tell.
    ///
    /// Throws `InferenceError` when the network cannot be computed.
    package func artefact() throws -> QuantisationArtefact {
        let (chosen, held) = (photos.half(0), photos.half(1))
        let reference = try Trial(network, checkpoint, Arithmetic())
        progress("recording ranges on \(chosen.count) photos")
        var recorder = RangeRecorder()
        reference.each(chosen) { recorder.widen(by: $0, count: 1) }
        reference.each(chosen) { recorder.count($0, count: 1) }
        var arithmetic = Arithmetic(element: .u8, ranges: recorder.ranges)

        let expected = reference.logits(of: held)
        var figures = try compare(arithmetic, held, expected)
        progress("integers throughout: \(figures.words)")
        if !figures.passesGuard {
            for node in try mostHarmful(arithmetic, chosen, reference) {
                arithmetic.exceptions[node] = .bf16
                figures = try compare(arithmetic, held, expected)
                progress("node \(node) in bf16 as well: \(figures.words)")
                if figures.passesGuard { break }
            }
        }
        return QuantisationArtefact(
            source: source, calibration: photos.digest, scheme: Self.scheme,
            nodes: network.nodes.count,
            ranges: arithmetic.ranges.sorted { $0.key < $1.key }.map {
                QuantisationArtefact.Range(node: $0.key, low: $0.value.low, high: $0.value.high)
            },
            exceptions: arithmetic.exceptions.keys.sorted(), figures: figures)
    }

    private func compare(
        _ arithmetic: Arithmetic, _ images: [[Float]], _ expected: [[Float]]
    ) throws -> QuantisationArtefact.Figures {
        let logits = try Trial(network, checkpoint, arithmetic).logits(of: images)
        let comparison = Comparison(logits, against: expected)
        return QuantisationArtefact.Figures(
            images: images.count, agreement: comparison.agreement,
            probabilityShift: comparison.probabilityShift)
    }

    /// The layers, by how much noise the logits lose when each alone goes back to bf16; most
    /// first.
    private func mostHarmful(
        _ arithmetic: Arithmetic, _ images: [[Float]], _ reference: Trial
    ) throws -> [Node.ID] {
        let few = Array(images.prefix(16))
        let expected = reference.logits(of: few)
        // Products of the classifier need no ranges, but may be integers as well.
        let products = network.nodes.indices.filter {
            if case .linear = network.nodes[$0].operation { true } else { false }
        }
        let nodes = Set(arithmetic.ranges.keys).union(products).sorted()
        progress("looking for the layers that integers hurt most, among \(nodes.count)")
        var noise: [(node: Node.ID, left: Double)] = []
        for node in nodes {
            var trial = arithmetic
            trial.exceptions[node] = .bf16
            let logits = try Trial(network, checkpoint, trial).logits(of: few)
            noise.append((node, Comparison(logits, against: expected).noise))
        }
        return noise.sorted { $0.left < $1.left }.map(\.node)
    }
}

extension QuantisationArtefact.Figures {
    /// The figures in a few words.
    package var words: String {
        let share = agreement.formatted(.percent.precision(.fractionLength(1)))
        let shift = probabilityShift.formatted(.number.precision(.fractionLength(4)))
        return "agreement with f32 \(share) on \(images) photos, mean probability shift \(shift)"
    }
}
