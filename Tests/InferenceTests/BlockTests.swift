import Models
import Networks
import Testing

@testable import Inference

/// Layers that are computed together, strip by strip.
@Suite("A block of layers")
struct BlockTests {
    /// An image, a stem, and a bottleneck whose maps inside are large enough to be worth a block.
    private static func bottleneck(kernel: Int, stride: Int, _ activation: Activation) -> Network {
        Network(input: Shape(channels: 3, height: 90, width: 93)) { image in
            let root = Scope.root
            let x = image.conv(16, kernel: 3, at: root["stem"]).activated(.relu)
            var y = x.conv(96, kernel: 1, at: root["expand"]).activated(activation)
            y = y.conv(96, kernel: kernel, stride: stride, groups: 96, at: root["filter"])
                .activated(activation)
            y = y.conv(16, kernel: 1, at: root["project"])
            return stride == 1 ? x + y : y
        }
    }

    @Test("reaches from where a map is widened to where it is narrow again, shortcuts apart")
    func extent() throws {
        let network = Self.bottleneck(kernel: 3, stride: 1, .relu6)
        let graph = try Engine(network, seed: 1).graph().simplified()
        #expect(graph.layers.count == 5)
        let elements = graph.layers.map { _ in Element.f32 }
        #expect(graph.blocks(elements, head: []) == [2..<5])
        let small = graph.layers.map { _ in Element.u8 }
        #expect(graph.blocks(small, head: []).count == 1)
    }

    @Test(
        "gives the same bits as its layers one after the other",
        arguments: [(3, 1), (3, 2), (5, 1), (5, 2)], [Element.f32, .bf16, .u8])
    func equality(_ window: (kernel: Int, stride: Int), _ element: Element) throws {
        for activation in [Activation.relu6, .silu] {
            let network = Self.bottleneck(
                kernel: window.kernel, stride: window.stride, activation)
            let engine = try Engine(network, seed: 3)
            let image = engine.images(1, seed: 5)
            let arithmetic = try engine.arithmetic(element, for: image)
            let outputs = try [false, true].map { inBlocks in
                let session = try engine.session(arithmetic, inBlocks: inBlocks)
                _ = session.input.update(fromContentsOf: channelsLast(image[0], network.input))
                _ = session.run(count: 1)
                return Array(session.run(count: 1))
            }
            #expect(outputs[0] == outputs[1])
            let plan = try ExecutionPlan(
                engine.graph().simplified(), arithmetic, isa: nil, inBlocks: true, batch: 1)
            #expect(plan.steps.contains { $0.step is BlockStep })
        }
    }

    /// A convolution whose map is large, and pooling after it.
    private static func pooled(_ pool: (Value) -> Value) -> Network {
        Network(input: Shape(channels: 3, height: 190, width: 93)) { image in
            pool(image.conv(40, kernel: 3, stride: 2, at: Scope.root["stem"]).activated(.relu))
                .conv(16, kernel: 3, at: Scope.root["next"])
        }
    }

    @Test("reaches to the pooling after a convolution with few weights")
    func pools() throws {
        for pool in [
            { (x: Value) in x.maxPool(kernel: 3, stride: 2, padding: .half) },
            { (x: Value) in x.averagePool(kernel: 2, stride: 2, countsPadding: false) },
        ] {
            let engine = try Engine(Self.pooled(pool), seed: 3)
            let graph = try engine.graph().simplified()
            #expect(graph.blocks(graph.layers.map { _ in .f32 }, head: []) == [1..<3])
            let image = engine.images(1, seed: 5)
            let outputs = try [false, true].map { inBlocks in
                let session = try engine.session(inBlocks: inBlocks)
                _ = session.input.update(
                    fromContentsOf: channelsLast(image[0], engine.network.input))
                return Array(session.run(count: 1))
            }
            #expect(outputs[0] == outputs[1])
        }
    }

    @Test("keeps what it reads, forms and leaves apart in memory")
    func memory() throws {
        let network = Self.bottleneck(kernel: 5, stride: 2, .relu6)
        let plan = try ExecutionPlan(
            Engine(network, seed: 1).graph().simplified(), Arithmetic(), isa: nil,
            inBlocks: true, batch: 1)
        let places = plan.layers.indices.map { index in
            plan.memory.offsets[index]..<plan.memory.offsets[index] + plan.layouts[index].bytes
        }
        for a in places.indices {
            for b in places.indices
            where a < b && a >= 1 && plan.memory.isOwn[a] == plan.memory.isOwn[b] {
                #expect(!places[a].overlaps(places[b]), "\(a) and \(b)")
            }
        }
    }
}
