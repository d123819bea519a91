import Networks

/// Where each layer's result lies in a stream's workspace.
///
/// Results share memory when their lifetimes do not touch. Up to the layer `together` images are
/// computed one at a time and share their memory too; what is read from there on each image has for
/// itself.
struct MemoryPlan {
    /// The first byte of each layer's result, in the first image's memory or in what all share.
    let offsets: [Int]
    /// Whether each image has a result of its own.
    let isOwn: [Bool]
    /// Bytes that the images share.
    let sharedBytes: Int
    /// Bytes of each image's own.
    let imageBytes: Int

    /// A piece of memory and the steps between which it is in use.
    private struct Block {
        var bytes: Int
        var lifetime: ClosedRange<Int>
        var offset = 0
    }

    /// Places results.
    ///
    /// What a block of layers reads, forms and leaves is in use until it is done.
    init(
        _ graph: LayerGraph, _ layouts: [MapLayout], _ placement: Placement,
        blocks strips: [Range<Int>], together: Int
    ) {
        var lastUse = graph.lastUse
        var firstUse = Array(graph.layers.indices)
        for block in strips {
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
        let own = blocks.filter { $0.value.lifetime.upperBound >= together }
        let shared = blocks.filter { $0.value.lifetime.upperBound < together }
        let (ownOffsets, ownBytes) = Self.placed(own)
        let (sharedOffsets, sharedBytes) = Self.placed(shared)
        isOwn = placement.root.map { ownOffsets[$0] != nil }
        offsets = graph.layers.indices.map { index in
            let root = placement.root[index]
            return (ownOffsets[root] ?? sharedOffsets[root] ?? 0) + placement.firstBlock[index]
                * layouts[root].blockBytes
        }
        self.sharedBytes = sharedBytes
        // Images an odd number of cache lines apart meet different sets of the caches.
        imageBytes = ownBytes + ((ownBytes / 64).isMultiple(of: 2) ? 64 : 0)
    }

    /// The first byte of each block, the largest placed first, each where it overlaps nothing that
    /// lives at the same time; and the bytes of all.
    private static func placed(_ blocks: [Int: Block]) -> (offsets: [Int: Int], bytes: Int) {
        var placed: [Block] = []
        var offsets: [Int: Int] = [:]
        for (root, block) in blocks.sorted(by: {
            ($1.value.bytes, $0.key) < ($0.value.bytes, $1.key)
        }) {
            var offset = 0
            let rivals = placed.filter { $0.lifetime.overlaps(block.lifetime) }
            for rival in rivals.sorted(by: { $0.offset < $1.offset }) {
                if offset + block.bytes <= rival.offset { break }
                offset = max(offset, rival.offset + rival.bytes)
            }
            offsets[root] = offset
            placed.append(Block(bytes: block.bytes, lifetime: block.lifetime, offset: offset))
        }
        return (offsets, placed.map { $0.offset + $0.bytes }.max() ?? 0)
    }
}
