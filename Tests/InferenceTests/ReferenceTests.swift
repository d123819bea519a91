import Checkpoints
import Foundation
import Inference
import Networks
import Testing

/// One operation on the recorded map `x`, `[6, 5, 7]`; `scripts/record_layers.py` has the same in
/// PyTorch's words.
struct RecordedLayer: Sendable, CustomTestStringConvertible {
    let name: String
    let layer: @Sendable (Value) -> Value

    init(_ name: String, _ layer: @escaping @Sendable (Value) -> Value) {
        self.name = name
        self.layer = layer
    }

    var testDescription: String { name }

    static let all = products + pointwise + activations + pools + movements

    private static let products = [
        RecordedLayer("convolution") {
            $0.convolved(
                Convolution(
                    channels: 4, kernel: Extent(3, 2), stride: Extent(2, 1),
                    dilation: Extent(1, 2), padding: Padding(top: 1, left: 2, right: 1), groups: 2,
                    weight: "conv.weight", bias: "conv.bias"))
        },
        RecordedLayer("depthwise") {
            $0.conv(6, kernel: 3, groups: 6, at: Scope.root["depthwise"])
        },
        RecordedLayer("linear") { $0.linear(3, at: Scope.root["linear"]) },
        RecordedLayer("pointwiseLinear") { $0.pointwiseLinear(4, at: Scope.root["pointwise"]) },
        RecordedLayer("attention") { row($0).attention(heads: 1) },
        RecordedLayer("attentionByHeads") { row($0).attention(heads: 2) },
    ]

    private static let pointwise = [
        RecordedLayer("batchNorm") { $0.batchNorm(epsilon: 1e-2, at: Scope.root["norm"]) },
        RecordedLayer("scaleShift") {
            $0.scaleShift(ScaleShift(weight: "norm.weight", bias: "norm.bias"))
        },
        RecordedLayer("layerNorm") { $0.layerNorm(epsilon: 1e-2, at: Scope.root["norm"]) },
        RecordedLayer("softmax") { $0.softmax() },
        // `y`, `[6]`, as a shift of a map of zeros.
        RecordedLayer("add") { $0 + vector(of: $0) },
        RecordedLayer("multiply") { vector(of: $0) * $0 },
    ]

    private static let activations: [RecordedLayer] = [
        RecordedLayer("relu") { $0.activated(.relu) },
        RecordedLayer("relu6") { ($0 + $0 + $0).activated(.relu6) },
        RecordedLayer("silu") { $0.activated(.silu) },
        RecordedLayer("sigmoid") { $0.activated(.sigmoid) },
        RecordedLayer("hardSwish") { $0.activated(.hardSwish) },
        RecordedLayer("hardSigmoid") { $0.activated(.hardSigmoid) },
        RecordedLayer("gelu") { $0.activated(.gelu) },
        RecordedLayer("tanh") { $0.activated(.tanh) },
        RecordedLayer("leakyRelu") { $0.activated(.leakyRelu(slope: 0.1)) },
        RecordedLayer("clamp") { $0.activated(.clamp(low: -1, high: 0.5)) },
    ]

    private static let pools = [
        RecordedLayer("maxPool") { $0.maxPool(kernel: 3, stride: 2, padding: .half) },
        RecordedLayer("maxPoolRoundedUp") { $0.maxPool(kernel: 2, stride: 2, roundsUp: true) },
        RecordedLayer("maxPoolLeftOut") {
            $0.maxPool(kernel: 2, stride: 3, padding: .even(1), roundsUp: true)
        },
        RecordedLayer("averagePool") { $0.averagePool(kernel: 3, stride: 2, padding: .half) },
        RecordedLayer("averagePoolInside") {
            $0.averagePool(kernel: 3, stride: 2, padding: .half, countsPadding: false)
        },
        RecordedLayer("averagePoolRoundedUp") {
            $0.averagePool(kernel: 3, stride: 2, padding: .half, roundsUp: true)
        },
        RecordedLayer("averagePoolRoundedUpInside") {
            $0.averagePool(kernel: 2, stride: 2, countsPadding: false, roundsUp: true)
        },
        RecordedLayer("averagePoolSame") {
            $0.averagePool(kernel: 2, stride: 2, padding: .same)
        },
        RecordedLayer("globalAveragePool") { $0.globalAveragePool() },
        RecordedLayer("adaptiveAveragePool") { $0.averagePool(to: Extent(2, 3)) },
    ]

    private static let movements = [
        RecordedLayer("concatenate") { .concatenated($0, [$0.activated(.relu), $0]) },
        RecordedLayer("slice") {
            $0.slice(
                at: Offset(channel: 1, row: 2, column: 3), Shape(channels: 3, height: 3, width: 2))
        },
        RecordedLayer("pad") { $0.padded(Padding(top: 1, left: 3, bottom: 2), value: 0.5) },
        RecordedLayer("shuffle") { $0.shuffled(groups: 2) },
        RecordedLayer("tokens") {
            $0.tokens(Tokens(classToken: "class_token", position: "position"))
        },
    ]

    /// The map as a sequence of 35 tokens.
    private static func row(_ x: Value) -> Value {
        x.tokens(Tokens(classToken: nil, position: nil))
    }

    private static func vector(of x: Value) -> Value {
        let zero = x.slice(at: Offset(), Shape(channels: 6, height: 1, width: 1))
            .activated(.clamp(low: 0, high: 0))
        return zero.scaleShift(ScaleShift(weight: nil, bias: "y"))
    }
}

@Suite("The reference loop")
struct ReferenceTests {
    private static let fixture = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/layers.safetensors").path

    @Test("computes what PyTorch computes", arguments: RecordedLayer.all)
    func recorded(_ recorded: RecordedLayer) throws {
        let checkpoint = try Checkpoint(path: Self.fixture)
        let image = try checkpoint.tensor("x", shape: [6, 5, 7]).floats()
        let expected = try #require(checkpoint.tensors["case.\(recorded.name)"])
        let network = Network(input: Shape(channels: 6, height: 5, width: 7), recorded.layer)

        let shape = network.nodes[network.output].shape
        #expect([shape.channels, shape.height, shape.width].reduce(1, *) == expected.count)
        if expected.shape.count == 3 {
            #expect([shape.channels, shape.height, shape.width] == expected.shape)
        }
        let found = try ReferenceInterpreter(network, checkpoint).logits(of: image)
        for (a, b) in zip(found, try expected.floats()) {
            #expect(abs(a - b) <= 2e-6 * max(1, abs(b)))
        }
    }

    @Test("is recorded for every operation")
    func coverage() throws {
        let names = try Checkpoint(path: Self.fixture).names.filter { $0.hasPrefix("case.") }
        #expect(Set(names) == Set(RecordedLayer.all.map { "case.\($0.name)" }))
    }

    @Test("counts as a person does: a 2×2 kernel of ones over 1, 2, 3, 4 is 10")
    func byHand() throws {
        let network = Network(input: Shape(channels: 1, height: 2, width: 2)) {
            $0.averagePool(kernel: 2, stride: 1).linear(1, bias: false, at: Scope.root["four"])
        }
        let file = FileManager.default.temporaryDirectory
            .appending(path: "by-hand-\(UUID().uuidString).safetensors")
        let four = [Float(4)].withUnsafeBytes { Array($0) }
        try SafetensorsWriter.encode([("four.weight", .f32, [1, 1], four)], metadata: [:])
            .write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let interpreter = ReferenceInterpreter(network, try Checkpoint(path: file.path))
        #expect(try interpreter.logits(of: [1, 2, 3, 4]) == [10])
    }
}
