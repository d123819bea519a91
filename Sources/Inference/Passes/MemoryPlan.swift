import Networks

/// Where each layer's result lies in a stream's workspace.
///
/// Results share memory when their lifetimes do not touch. A convolution that adds a residual
/// forms its result in the residual's place. The network's input lies elsewhere: it is filled while
/// another network still computes.
struct MemoryPlan {
    /// The first byte of each layer's result; 0 for the input, which is not in the workspace.
    let offsets: [Int]
    /// How many bytes the results take together.
    let bytes: Int

    /// Places results in order of decreasing size, each at the lowest offset where it overlaps
    /// nothing that lives at the same time.
    init(_ graph: LayerGraph, batch: Int) {
        var blocks = Self.blocks(of: graph, batch: batch)
        var placed: [Block] = []
        for index in blocks.indices.sorted(by: { blocks[$0].bytes > blocks[$1].bytes }) {
            let block = blocks[index]
            var offset = 0
            let rivals = placed.filter { $0.lifetime.overlaps(block.lifetime) }
            for rival in rivals.sorted(by: { $0.offset < $1.offset }) {
                if offset + block.bytes <= rival.offset { break }
                offset = max(offset, rival.offset + rival.bytes)
            }
            blocks[index].offset = offset
            placed.append(blocks[index])
        }
        var offsets = Array(repeating: 0, count: graph.layers.count)
        for block in blocks {
            for layer in block.layers { offsets[layer] = block.offset }
        }
        self.offsets = offsets
        bytes = blocks.map { $0.offset + $0.bytes }.max() ?? 0
    }

    /// A piece of memory that one result uses, or several that succeed each other in place.
    private struct Block {
        var layers: [Int]
        var bytes: Int
        var lifetime: ClosedRange<Int>
        var offset = 0
    }

    private static func blocks(of graph: LayerGraph, batch: Int) -> [Block] {
        let lastUse = graph.lastUse
        var owner = Array(repeating: -1, count: graph.layers.count)
        var blocks: [Block] = []
        for (index, layer) in graph.layers.enumerated() where index > 0 {
            if case .convolution(let convolution) = layer.kind, convolution.addsResidual {
                let block = owner[layer.inputs[1]]
                blocks[block].layers.append(index)
                blocks[block].lifetime = blocks[block].lifetime.lowerBound...lastUse[index]
                owner[index] = block
            } else {
                owner[index] = blocks.count
                let bytes = batch * layer.shape.count * MemoryLayout<Float>.stride
                blocks.append(
                    Block(
                        layers: [index], bytes: (bytes + 63) & ~63,
                        lifetime: index...lastUse[index]))
            }
        }
        return blocks
    }
}
