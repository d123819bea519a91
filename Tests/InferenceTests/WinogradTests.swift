import CKernels
import Networks
import Testing

@testable import Inference

/// Minimal filtering against plain loops.
@Suite("A 3 × 3 convolution by minimal filtering")
struct WinogradTests {
    /// Sizes that tiles of 4 fit, or overhang by one, two or three; each padding; a residual or none.
    static let shapes: [(channels: Int, outputs: Int, height: Int, width: Int, padding: Int)] = [
        (32, 32, 8, 8, 1), (32, 48, 7, 7, 1), (48, 32, 15, 6, 1), (33, 40, 9, 13, 0),
        (64, 64, 4, 5, 1), (40, 100, 14, 14, 1),
    ]

    private func network(
        _ shape: (channels: Int, outputs: Int, height: Int, width: Int, padding: Int)
    ) -> Network {
        let input = Shape(channels: shape.channels, height: shape.height, width: shape.width)
        return Network(input: input) { image in
            let root = Scope.root
            let x = image.conv(
                shape.outputs, kernel: 3, padding: shape.padding == 0 ? .none : .half, bias: true,
                at: root["a"]
            ).activated(.relu)
            let y = x.conv(shape.outputs, kernel: 3, at: root["b"])
            return (y + x).activated(.relu6).linear(1000, at: root["fc"])
        }
    }

    @Test("is what plain loops make of it, to a ten-thousandth", arguments: shapes.indices)
    func agreement(_ index: Int) throws {
        let engine = try Engine(network(Self.shapes[index]), seed: 5)
        let images = engine.images(2, seed: 9)
        let references = try engine.references(of: images)
        for isa in kernel_isa.all {
            let found = try engine.outputs(of: images, isa: isa)
            for (numbers, reference) in zip(found, references) {
                #expect(deviation(numbers, from: reference) < 1e-4, "\(isa.name)")
            }
        }
        let plan = try ExecutionPlan(
            engine.graph().folded().fused(), Arithmetic(), isa: nil, inBlocks: true, batch: 1)
        #expect(plan.steps.count { $0.step is WinogradStep } == 2)
    }

    @Test("gives an image the same bits, whichever images go along", arguments: shapes.indices)
    func company(_ index: Int) throws {
        let engine = try Engine(network(Self.shapes[index]), seed: 6)
        let images = engine.images(5, seed: 11)
        let alone = try engine.outputs(of: images)
        let session = try engine.session(batch: 5)
        for count in [5, 3] {
            let together = engine.outputs(of: Array(images.prefix(count)), together: session)
            #expect(together == Array(alone.prefix(count)))
        }
    }
}
