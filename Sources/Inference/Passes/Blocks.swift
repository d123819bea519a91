import Networks

extension LayerGraph {
    /// Runs of layers that are worth computing strip by strip, as ranges of indices.
    ///
    /// In each, a layer reads the one before it and is read by the one after it alone, and the maps
    /// between them are larger than what a core keeps close. That is where light networks wait for
    /// memory: they widen a map, filter it and narrow it again. Others do where they shrink a map by
    /// pooling right after it was formed.
    func blocks(_ elements: [Element], head: Set<Int>) -> [Range<Int>] {
        let consumers = consumers
        var blocks: [Range<Int>] = []
        var first = 1
        while first < layers.count {
            var end = first
            while end < layers.count, isRowWise(end, elements), !head.contains(end),
                end == first || layers[end].inputs[0] == end - 1 && consumers[end - 1] == [end]
            {
                end += 1
                // A block ends where the map is narrow again, or small.
                if isNarrowing(end - 1, from: first) { break }
            }
            let block = first..<max(end, first + 1)
            if block.count > 1, isWorthwhile(block), isLarge(block, elements) {
                blocks.append(block)
            }
            first = block.upperBound
        }
        return blocks
    }

    private func isRowWise(_ index: Int, _ elements: [Element]) -> Bool {
        switch layers[index].kind {
        case .convolution(let layer):
            let (input, result) = (layers[index].inputs[0], layers[index].shape)
            let (shape, element) = (layers[input].shape, elements[input])
            // What multiplies fewer numbers over whole maps is better than what goes by rows.
            return !result.isVector
                && !WinogradStep.canRun(layer, inputs: shape, result: result, element: element)
                && !StrassenStep.isWorthwhile(
                    layer, inputs: shape, result: result, element: element)
        case .activation, .maxPool, .averagePool: return !layers[index].shape.isVector
        default: return false
        }
    }

    private func isNarrowing(_ index: Int, from first: Int) -> Bool {
        guard index > first else { return false }
        if case .convolution(let layer) = layers[index].kind {
            return layer.geometry.kernel == .square(1) && hasDepthwise(first..<index + 1)
        }
        return isPool(index)
    }

    /// Whether the block holds a depthwise convolution, or ends with pooling.
    ///
    /// Weights are read for every strip: where convolutions are dense they must be few.
    private func isWorthwhile(_ block: Range<Int>) -> Bool {
        if hasDepthwise(block) { return true }
        return isPool(block.upperBound - 1)
            && block.allSatisfy { index in
                guard case .convolution(let layer) = layers[index].kind else { return true }
                return layer.weights.count <= 64 << 10
            }
    }

    private func isPool(_ index: Int) -> Bool {
        switch layers[index].kind {
        case .maxPool, .averagePool: true
        default: false
        }
    }

    private func hasDepthwise(_ block: Range<Int>) -> Bool {
        block.contains { index in
            guard case .convolution(let layer) = layers[index].kind else { return false }
            return DepthwiseStep.canRun(
                layer, inputs: layers[layers[index].inputs[0]].shape.channels)
        }
    }

    /// Whether the maps inside the block take more than a part of the second-level cache.
    private func isLarge(_ block: Range<Int>, _ elements: [Element]) -> Bool {
        let bytes = block.dropLast().reduce(0) {
            $0 + layers[$1].shape.count * elements[$1].bytes
        }
        return bytes > 384 << 10
    }
}
