import Checkpoints
import Foundation
import Inference
import Networks
import PipelineCore
import TestSupport
import Testing

@testable import Quantisation

/// What stands between integers that label otherwise than floats and a run.
@Suite("The guard of a quantisation")
struct GuardTests {
    /// Four classes by the four numbers that a pixel of the photo has most of.
    private static let network = Network(input: Shape(channels: 4, height: 8, width: 8)) { image in
        let root = Scope.root
        return image.conv(16, kernel: 3, bias: true, at: root["a"]).activated(.relu)
            .conv(16, kernel: 1, bias: true, at: root["b"]).activated(.relu)
            .globalAveragePool().linear(4, at: root["fc"])
    }

    /// Weights that pass each of the four channels on, with a little of all the others.
    private func checkpoint() throws -> Checkpoint {
        var generator = SeededGenerator(seed: 1)
        let tensors = Self.network.parameters.map { parameter in
            let size = parameter.shape.dropFirst().reduce(1, *)
            let inputs = parameter.shape.count > 1 ? parameter.shape[1] : 0
            let numbers = (0..<parameter.count).map { index -> Float in
                let noise = Float.random(in: -0.02...0.02, using: &generator)
                guard inputs > 0 else { return noise }
                let (output, rest) = (index / size, index % size)
                let (input, place) = (rest / (size / inputs), rest % (size / inputs))
                let isMiddle = place == size / inputs / 2
                return noise + (isMiddle && input % 4 == output % 4 ? 1 : 0)
            }
            return (
                name: parameter.name, type: ElementType.f32, shape: parameter.shape,
                bytes: numbers.withUnsafeBytes { Array($0) }
            )
        }
        let file = FileManager.default.temporaryDirectory
            .appending(path: "guard-\(UUID().uuidString).safetensors")
        try SafetensorsWriter.encode(tensors, metadata: [:]).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try Checkpoint(path: file.path)
    }

    private var images: [[Float]] {
        var generator = SeededGenerator(seed: 2)
        return (0..<60).map { image in
            (0..<8 * 8 * 4).map { index in
                Float.random(in: 0...1, using: &generator) + (index % 4 == image % 4 ? 0.2 : 0)
            }
        }
    }

    private func figures(
        _ shrink: Float, of images: [[Float]]
    ) throws -> QuantisationArtefact.Figures {
        let checkpoint = try checkpoint()
        let reference = try Trial(Self.network, checkpoint, Arithmetic())
        var recorder = RangeRecorder()
        reference.each(images) { recorder.widen(by: $0, count: 1) }
        reference.each(images) { recorder.count($0, count: 1) }
        let ranges = recorder.ranges.mapValues {
            ValueRange(low: $0.low * shrink, high: $0.high * shrink)
        }
        let integers = try Trial(
            Self.network, checkpoint, Arithmetic(element: .u8, ranges: ranges))
        let comparison = Comparison(
            integers.logits(of: images), against: reference.logits(of: images))
        return QuantisationArtefact.Figures(
            images: images.count, agreement: comparison.agreement,
            probabilityShift: comparison.probabilityShift)
    }

    @Test("lets ranges pass that were recorded")
    func good() throws {
        let figures = try figures(1, of: images)
        #expect(figures.passesGuard, "\(figures.words)")
    }

    @Test("stops ranges that are ten times too small")
    func small() throws {
        let figures = try figures(0.1, of: images)
        #expect(!figures.passesGuard, "\(figures.words)")
    }

    @Test(
        "stands at 98 % agreement and a probability shift of 0.02",
        arguments: [
            (0.98, 0.0199, true), (0.979, 0, false), (1, 0.02, false), (1, .nan, false),
        ])
    func bounds(agreement: Double, shift: Double, passes: Bool) {
        let figures = QuantisationArtefact.Figures(
            images: 50, agreement: agreement, probabilityShift: shift)
        #expect(figures.passesGuard == passes)
    }
}
