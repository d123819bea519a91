import Models
import Networks
import Testing

@Suite("A convolution's output size")
struct PaddingTests {
    /// Sizes and pads as TensorFlow's SAME and PyTorch's kernel/2 give them.
    @Test(
        "follows its padding rule",
        arguments: [
            (PaddingRule.same, 224, 3, 2, 112, 0, 1),
            (.same, 65, 5, 2, 33, 2, 2),
            (.same, 112, 5, 2, 56, 1, 2),
            (.same, 7, 5, 1, 7, 2, 2),
            (.same, 9, 1, 2, 5, 0, 0),
            (.half, 224, 3, 2, 112, 1, 1),
            (.half, 7, 7, 1, 7, 3, 3),
            (.half, 225, 3, 2, 113, 1, 1),
        ])
    func size(
        rule: PaddingRule, input: Int, kernel: Int, stride: Int, output: Int, before: Int,
        after: Int
    ) throws {
        let network = Network(input: Shape(channels: 3, height: input, width: input)) {
            $0.conv(8, kernel: kernel, stride: stride, padding: rule, at: Scope.root["conv"])
        }
        let node = network.nodes[network.output]
        #expect(node.shape == Shape(channels: 8, height: output, width: output))
        guard case .convolution(let layer) = node.operation else {
            Issue.record("the node is not a convolution")
            return
        }
        #expect(layer.padding.top == before && layer.padding.left == before)
        #expect(layer.padding.bottom == after && layer.padding.right == after)
    }

    @Test("does not touch the names of its parameters")
    func scopes() {
        var blocks = Scope.root["features"].sequential()
        #expect(blocks.next().name("weight") == "features.0.weight")
        #expect(blocks.next()["conv"][2].name("bias") == "features.1.conv.2.bias")
        #expect(Scope.root.name("weight") == "weight")
    }
}

@Suite("A network's check")
struct NetworkCheckTests {
    private static let image = Shape(channels: 6, height: 4, width: 4)

    @Test(
        "passes every architecture at the size that it was designed for",
        arguments: Architecture.all)
    func designed(_ architecture: Architecture) throws {
        try architecture.network().check()
    }

    @Test("names the node at which an image is used up")
    func tooSmall() {
        let network = Network(input: Self.image) {
            $0.maxPool(kernel: 3, stride: 2).maxPool(kernel: 5, stride: 2)
        }
        #expect(
            throws: NetworkError.tooSmall(input: Self.image, node: 2, operation: "maxPool")
        ) { try network.check() }
        for architecture in Architecture.named("inception_v3") {
            #expect(throws: NetworkError.self) { try architecture.network(size: 32).check() }
        }
    }

    @Test(
        "refuses inputs that do not fit",
        arguments: [
            { $0.conv(6, kernel: 1, groups: 4, at: Scope.root) },
            { $0 + $0.cropped(rows: 1, columns: 0) },
            { .concatenated($0, [$0.cropped(rows: 0, columns: 1)]) },
            { $0.slice(at: Offset(channel: 6), Shape(channels: 1, height: 4, width: 4)) },
            { $0.padded(Padding(top: -1)) },
            { $0.shuffled(groups: 4) },
            { $0.attention(heads: 4) },
        ] as [@Sendable (Value) -> Value])
    func mismatch(_ layer: @Sendable (Value) -> Value) {
        let error = #expect(throws: NetworkError.self) {
            try Network(input: Self.image, layer).check()
        }
        guard case .mismatch = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
