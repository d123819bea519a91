import Checkpoints
import Inference
import Networks
import Testing

/// The fast path against the plain loops, layer by layer and fused.
@Suite("A compiled layer")
struct KernelTests {
    /// Input channels, size, output channels, kernel, stride, groups; padding by both rules.
    static let convolutions: [(Int, Int, Int, Int, Int, Int)] = [
        (3, 15, 32, 3, 2, 1), (3, 16, 17, 3, 2, 1), (1, 7, 1, 3, 1, 1), (16, 14, 96, 1, 1, 1),
        (17, 7, 17, 3, 1, 17), (96, 15, 96, 3, 2, 96), (40, 14, 40, 5, 1, 40),
        (33, 9, 33, 5, 2, 33), (12, 1, 20, 1, 1, 1), (64, 8, 32, 3, 1, 4), (24, 7, 1280, 1, 1, 1),
    ]

    @Test("agrees with the reference loops", arguments: convolutions, [PaddingRule.half, .same])
    func convolution(
        _ row: (c: Int, size: Int, out: Int, k: Int, s: Int, groups: Int), rule: PaddingRule
    ) throws {
        let network = Network(input: Shape(channels: row.c, height: row.size, width: row.size)) {
            $0.conv(
                row.out, kernel: row.k, stride: row.s, groups: row.groups, padding: rule,
                bias: true, at: Scope.root["layer"])
        }
        try expectAgreement(network, seed: 1)
    }

    @Test("agrees with them through fold and fuse", arguments: [Activation.relu, .relu6])
    func fused(_ activation: Activation) throws {
        let network = Network(input: Shape(channels: 3, height: 19, width: 17)) { image in
            let root = Scope.root
            let x = image.conv(24, kernel: 3, stride: 2, padding: .same, at: root["stem"])
                .batchNorm(at: root["stem_bn"]).activated(activation)
            let y = x.conv(48, kernel: 1, at: root["expand"]).batchNorm(at: root["bn0"])
                .activated(activation)
                .conv(48, kernel: 5, groups: 48, at: root["depthwise"])
                .batchNorm(epsilon: 1e-3, at: root["bn1"]).activated(activation)
                .conv(24, kernel: 1, at: root["project"]).batchNorm(at: root["bn2"])
            return ((x + y).activated(activation) + y.activated(.relu))
                .batchNorm(at: root["last"]).globalAveragePool().linear(10, at: root["fc"])
        }
        try expectAgreement(network, seed: 2)
    }

    @Test("keeps a shortcut that is read again after the sum")
    func shortcutReadTwice() throws {
        let network = Network(input: Shape(channels: 8, height: 6, width: 6)) { image in
            let x = image.conv(8, kernel: 3, at: Scope.root["a"])
            let sum = x + x.conv(8, kernel: 3, at: Scope.root["b"])
            return sum.conv(8, kernel: 1, at: Scope.root["c"]) + x
        }
        try expectAgreement(network, seed: 3)
    }

    @Test("leaves an image alone when its neighbours change, whatever the batch and its place")
    func independence() throws {
        let network = Network(input: Shape(channels: 3, height: 32, width: 32)) { image in
            let x = image.conv(32, kernel: 3, stride: 2, padding: .same, at: Scope.root["stem"])
                .batchNorm(at: Scope.root["bn"]).activated(.relu6)
            return x.conv(64, kernel: 3, groups: 32, at: Scope.root["dw"])
                .globalAveragePool().linear(1000, at: Scope.root["fc"])
        }
        let checkpoint = try seededCheckpoint(for: network, seed: 4)
        let image = seededNumbers(network.input.count, seed: 5)
        var answers: [[UInt32]] = []
        for batch in [1, 2, 3, 8] {
            let compiled = try CompiledNetwork(network, checkpoint, batch: batch)
            let session = try InferenceSession(compiled, in: Workspace(for: [compiled]))
            for slot in 0..<batch {
                let noise = seededNumbers(session.input.count, seed: UInt64(10 + slot))
                _ = session.input.update(fromContentsOf: noise)
                let start = slot * image.count
                _ = session.input[start..<start + image.count].update(fromContentsOf: image)
                let logits = try session.run()
                answers.append(
                    logits[slot * 1000..<(slot + 1) * 1000].map(\.bitPattern))
            }
        }
        #expect(Set(answers).count == 1)
    }
}

/// Checks the compiled network against the reference within 1e-4 standard deviations.
func expectAgreement(
    _ network: Network, seed: UInt64, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let checkpoint = try seededCheckpoint(for: network, seed: seed)
    let compiled = try CompiledNetwork(network, checkpoint, batch: 2)
    let session = try InferenceSession(compiled, in: Workspace(for: [compiled]))
    let images = (0..<2).map { seededNumbers(network.input.count, seed: seed * 100 + UInt64($0)) }
    let pixels = images.flatMap { channelsLast($0, network.input) }
    _ = session.input.update(fromContentsOf: pixels)
    let output = try session.run()

    let shape = network.nodes[network.output].shape
    let reference = ReferenceInterpreter(network, checkpoint)
    for (slot, image) in images.enumerated() {
        let expected = channelsLast(try reference.logits(of: image), shape)
        let found = Array(output[slot * shape.count..<(slot + 1) * shape.count])
        let error = deviation(found, from: expected)
        #expect(error < 1e-4, "slot \(slot)", sourceLocation: sourceLocation)
    }
}
