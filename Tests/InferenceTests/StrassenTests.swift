import CKernels
import Networks
import Testing

@testable import Inference

/// Strassen's method against plain loops.
@Suite("A 1 × 1 convolution by Strassen's method")
struct StrassenTests {
    /// Even and odd numbers of pixels; channels that fill their blocks, and channels that do not.
    static let shapes: [(channels: Int, outputs: Int, height: Int, width: Int)] = [
        (256, 256, 8, 8), (256, 320, 7, 7), (345, 282, 7, 9), (728, 728, 19, 19), (288, 512, 1, 51),
    ]

    private func network(
        _ shape: (channels: Int, outputs: Int, height: Int, width: Int)
    ) -> Network {
        let input = Shape(channels: shape.channels, height: shape.height, width: shape.width)
        return Network(input: input) { image in
            let root = Scope.root
            let x = image.conv(shape.outputs, kernel: 1, bias: true, at: root["a"])
                .activated(.relu)
            let y = x.conv(shape.outputs, kernel: 1, at: root["b"])
            let z = (y + x).activated(.relu6)
            // The second result lies inside the border that the third convolution needs.
            return z.conv(32, kernel: 3, stride: 2, at: root["c"]).linear(1000, at: root["fc"])
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
        #expect(plan.steps.count { $0.step is StrassenStep } == 2)
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
