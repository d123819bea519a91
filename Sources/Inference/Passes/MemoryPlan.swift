import Networks

/// Where each layer's result lies in a stream's workspace.
///
/// One image is computed at a time. Results share memory when their lifetimes do not touch.
struct MemoryPlan {
    /// The first byte of each layer's result.
    let offsets: [Int]
    /// How many bytes the results take together.
    let bytes: Int

    /// A piece of memory and the steps between which it is in use.
    private struct Block {
        var bytes: Int
        var lifetime: ClosedRange<Int>
        var offset = 0
    }

    /// Places results in order of decreasing size, each at the lowest offset where it overlaps
    /// nothing that lives at the same time.
    ///
    /// What a block of layers reads, forms and leaves is in use until the block is done.
    init(
        _ graph: LayerGraph, _ layouts: [MapLayout], _ placement: Placement,
        blocks together: [Range<Int>] = []
    ) {
        var lastUse = graph.lastUse
        var firstUse = Array(graph.layers.indices)
        for block in together {
            for index in block {
                firstUse[index] = block.lowerBound
                for value in graph.layers[index].inputs + [index] {
                    lastUse[value] = max(lastUse[value], block.upperBound - 1)
                }
            }
        }
        var blocks: [Int: Block] = [:]
        for index in graph.layers.indices {
            let root = placement.root[index]
            let lifetime = firstUse[index]...max(lastUse[index], index)
            if let block = blocks[root] {
                let first = min(block.lifetime.lowerBound, lifetime.lowerBound)
                let last = max(block.lifetime.upperBound, lifetime.upperBound)
                blocks[root]?.lifetime = first...last
            } else {
                blocks[root] = Block(bytes: (layouts[root].bytes + 63) & ~63, lifetime: lifetime)
            }
        }
        var placed: [Block] = []
        for (root, block) in blocks.sorted(by: {
            ($1.value.bytes, $0.key) < ($0.value.bytes, $1.key)
        }) {
            var offset = 0
            let rivals = placed.filter { $0.lifetime.overlaps(block.lifetime) }
            for rival in rivals.sorted(by: { $0.offset < $1.offset }) {
                if offset + block.bytes <= rival.offset { break }
                offset = max(offset, rival.offset + rival.bytes)
            }
            blocks[root]?.offset = offset
            placed.append(Block(bytes: block.bytes, lifetime: block.lifetime, offset: offset))
        }
        offsets = graph.layers.indices.map { index in
            let root = placement.root[index]
            return (blocks[root]?.offset ?? 0) + placement.firstBlock[index]
                * layouts[root].blockBytes
        }
        bytes = placed.map { $0.offset + $0.bytes }.max() ?? 0
    }
}
