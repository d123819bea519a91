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
