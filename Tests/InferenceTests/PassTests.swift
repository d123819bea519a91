import Networks
import Testing

@testable import Inference

/// What each pass of the planner makes of a small network, before and after.
@Suite("The planner")
struct PassTests {
    /// A bottleneck with a shortcut, as the passes meet it.
    static let bottleneck = Network(input: Shape(channels: 4, height: 6, width: 6)) { image in
        let root = Scope.root
        let x = image.conv(8, kernel: 1, at: root["a"]).batchNorm(at: root["n"]).activated(.relu6)
        let y = x.conv(8, kernel: 3, groups: 8, at: root["b"]).batchNorm(at: root["m"])
        return (x + y).activated(.relu).globalAveragePool().linear(3, at: root["fc"])
    }

    private func graph() throws -> LayerGraph {
        try LayerGraph(Self.bottleneck, seededCheckpoint(for: Self.bottleneck, seed: 9))
    }

    @Test("lowers each node to a layer")
    func lower() throws {
        #expect(
            try graph().kinds == [
                "input", "conv", "norm", "act", "conv", "norm", "add", "act", "pool", "linear",
            ])
    }

    @Test("folds BatchNorm into the convolution before it")
    func fold() throws {
        #expect(
            try graph().folded().kinds == [
                "input", "conv", "act", "conv", "add", "act", "pool", "linear",
            ])
    }

    @Test("fuses residual and activation into the convolution that they follow")
    func fuse() throws {
        let fused = try graph().folded().fused()
        #expect(fused.kinds == ["input", "conv+act", "conv+residual+act", "pool", "linear"])
        #expect(fused.layers[2].inputs == [1, 1])
    }

    @Test("shares memory only between results that never live together")
    func memory() throws {
        for graph in [try graph(), try graph().folded(), try graph().folded().fused()] {
            let plan = MemoryPlan(graph, batch: 3)
            let last = graph.lastUse
            for a in graph.layers.indices.dropFirst() {
                for b in graph.layers.indices.dropFirst(a + 1) where b <= last[a] {
                    let inPlace = graph.isInPlace(b, of: a)
                    let bytes = { graph.layers[$0].shape.count * 3 * 4 }
                    let apart =
                        plan.offsets[a] + bytes(a) <= plan.offsets[b]
                        || plan.offsets[b] + bytes(b) <= plan.offsets[a]
                    #expect(apart != inPlace, "layers \(a) and \(b)")
                }
            }
            let apart = graph.layers.dropFirst().map { ($0.shape.count * 12 + 63) & ~63 }
            #expect(plan.bytes <= apart.reduce(0, +))
        }
    }

    @Test("uses less memory than all results together")
    func reuse() throws {
        let network = Network(input: Shape(channels: 16, height: 8, width: 8)) { image in
            (0..<6).reduce(image) { x, i in x.conv(16, kernel: 1, at: Scope.root[i]) }
        }
        let graph = try LayerGraph(network, seededCheckpoint(for: network, seed: 1))
        #expect(MemoryPlan(graph, batch: 1).bytes == 2 * 16 * 8 * 8 * 4)
    }
}

extension LayerGraph {
    /// The layers by a short name each, with what is fused into them.
    fileprivate var kinds: [String] {
        layers.map { layer in
            switch layer.kind {
            case .input: "input"
            case .convolution(let convolution):
                "conv" + (convolution.addsResidual ? "+residual" : "")
                    + (convolution.activation == nil ? "" : "+act")
            case .scaleShift: "norm"
            case .activation: "act"
            case .add: "add"
            case .globalAveragePool: "pool"
            case .linear: "linear"
            }
        }
    }

    /// Whether layer `b` forms its result in the place of `a`.
    fileprivate func isInPlace(_ b: Int, of a: Int) -> Bool {
        guard case .convolution(let convolution) = layers[b].kind, convolution.addsResidual else {
            return false
        }
        return layers[b].inputs[1] == a
    }
}
