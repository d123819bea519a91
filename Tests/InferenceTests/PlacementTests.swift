import Models
import Networks
import Testing

@testable import Inference

/// Where results lie.
@Suite("The memory plan")
struct PlacementTests {
    private func plan(_ network: Network) throws -> ExecutionPlan {
        try ExecutionPlan(
            Engine(network, seed: 1).graph().simplified(), Arithmetic(), isa: nil,
            inBlocks: false, batch: 1)
    }

    private func placement(_ network: Network) throws -> (LayerGraph, Placement) {
        let graph = try Engine(network, seed: 1).graph().simplified()
        let formats = graph.layers.map { _ in Format.f32 }
        return (graph, Placement(graph, formats, head: graph.head))
    }

    private static func concatenation(_ first: Int) -> Network {
        Network(input: Shape(channels: 3, height: 6, width: 6)) { image in
            let root = Scope.root
            let a = image.conv(first, kernel: 1, at: root["a"])
            let b = image.conv(16, kernel: 1, at: root["b"]).activated(.silu)
            return Value.concatenated(a, [b]).conv(8, kernel: 3, at: root["c"])
        }
    }

    @Test("puts the parts of a concatenation where they belong, without a copy")
    func concatenation() throws {
        let (graph, placement) = try placement(Self.concatenation(32))
        #expect(graph.words == "input conv conv silu concatenate conv")
        #expect(placement.root == [0, 4, 4, 4, 4, 5])
        #expect(placement.firstBlock == [0, 0, 2, 2, 0, 0])
        #expect(!(try plan(Self.concatenation(32))).steps.contains { $0.step is MoveStep })
    }

    @Test("copies only the parts that begin within a block")
    func unaligned() throws {
        let (_, placement) = try placement(Self.concatenation(24))
        #expect(placement.root == [0, 4, 3, 3, 4, 5])
        let moves = try plan(Self.concatenation(24)).steps.compactMap { $0.step as? MoveStep }
        #expect(moves.map(\.firstChannel) == [24])
    }

    @Test("computes a function in place, unless its input is read again")
    func inPlace() throws {
        let network = Network(input: Shape(channels: 3, height: 6, width: 6)) { image in
            let x = image.conv(16, kernel: 1, at: Scope.root["a"])
            let y = x.activated(.silu)
            return y.activated(.tanh).conv(16, kernel: 3, at: Scope.root["b"]) * y
        }
        let (graph, placement) = try placement(network)
        #expect(graph.words == "input conv silu tanh conv multiply")
        #expect(placement.root[1] == 2 || placement.root[1] == placement.root[2])
        #expect(placement.root[3] != placement.root[2])
    }

    @Test("puts as many zeros around a result as its readers' windows meet")
    func borders() throws {
        let network = Network(input: Shape(channels: 3, height: 7, width: 8)) { image in
            let x = image.conv(16, kernel: 1, at: Scope.root["a"])
            return x.conv(8, kernel: 3, stride: 2, padding: .same, at: Scope.root["b"])
                + x.conv(8, kernel: Extent(1, 5), at: Scope.root["c"])
                .maxPool(kernel: 2, stride: 2, roundsUp: true)
        }
        let (_, placement) = try placement(network)
        #expect(placement.borders[0] == .even(0))
        #expect(placement.borders[1] == Padding(top: 1, left: 2, bottom: 1, right: 2))
        #expect(placement.borders[2...].allSatisfy { $0.isEmpty })
    }

    @Test("uses two results' memory for a chain of six")
    func reuse() throws {
        let network = Network(input: Shape(channels: 16, height: 8, width: 8)) { image in
            (0..<6).reduce(image) { x, i in x.conv(16, kernel: 1, at: Scope.root[i]) }
        }
        let plan = try plan(network)
        let largest = plan.layouts.map(\.bytes).max() ?? 0
        #expect(plan.memory.sharedBytes <= 2 * (largest + 64))
    }

    @Test("gives no byte to two results that are needed at a time", arguments: Family.all)
    func families(_ family: Family) throws {
        for element in [Element.f32, .bf16] {
            let graph = try family.engine().graph().simplified().linearsInTrunkConvolved()
            let (converted, elements) = graph.converted(ElementChoice(element: element))
            let formats = try converted.formats(elements, ranges: [:])
            let placement = Placement(converted, formats, head: converted.head)
            let layouts = converted.layers.indices.map {
                MapLayout(
                    converted.layers[$0].shape, elements[$0], border: placement.borders[$0],
                    isThin: $0 == 0 && converted.isInputThin)
            }
            for together in [1, converted.layers.count / 2, converted.layers.count] {
                let memory = MemoryPlan(
                    converted, layouts, placement, blocks: [], together: together)
                expectApart(converted, placement, layouts, memory)
            }
        }
    }

    private func expectApart(
        _ graph: LayerGraph, _ placement: Placement, _ layouts: [MapLayout], _ memory: MemoryPlan
    ) {
        let lastUse = graph.lastUse
        for a in graph.layers.indices where !graph.head.contains(a) {
            for b in a + 1..<graph.layers.count where b <= lastUse[a] && !graph.head.contains(b) {
                let first =
                    memory.offsets[a]..<memory.offsets[a] + layouts[a].blocks
                    * layouts[a].blockBytes
                let second =
                    memory.offsets[b]..<memory.offsets[b] + layouts[b].blocks
                    * layouts[b].blockBytes
                guard first.overlaps(second), memory.isOwn[a] == memory.isOwn[b] else { continue }
                // A concatenation lies where its parts are; others follow their last input in place.
                if case .concatenate = graph.layers[b].kind, placement.root[a] == placement.root[b]
                {
                    continue
                }
                #expect(
                    placement.root[a] == placement.root[b] && lastUse[a] == b && first == second,
                    "layers \(a) and \(b)")
            }
            let bytes = memory.isOwn[a] ? memory.imageBytes : memory.sharedBytes
            #expect(memory.offsets[a] + layouts[a].blocks * layouts[a].blockBytes <= bytes)
        }
    }
}
