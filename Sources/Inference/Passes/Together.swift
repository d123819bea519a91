import Networks

extension LayerGraph {
    /// The first layer from which on the images of a batch are computed side by side; the number of
    /// layers where none are.
    ///
    /// One image at a time keeps maps in the caches, side by side weights are read once for the
    /// batch. Maps grow small and weights large towards the end of a network: the cut is where the
    /// fewest bytes are moved. A block of `strips` is never cut.
    func together(_ elements: [Element], strips: [Range<Int>], batch: Int) -> Int {
        var best = (bytes: 0, cut: layers.count)
        var saved = 0
        for cut in layers.indices.dropFirst().reversed() {
            let inputs = layers[cut].inputs.reduce(0) { $0 + mapBytes($1, elements) }
            saved += weightBytes(cut, elements) * (batch - 1) / batch
            saved -= inputs + mapBytes(cut, elements)
            let isInside = strips.contains { $0.contains(cut) && $0.lowerBound != cut }
            if saved > best.bytes, !isInside { best = (saved, cut) }
        }
        return best.cut
    }

    private func mapBytes(_ index: Int, _ elements: [Element]) -> Int {
        layers[index].shape.count * elements[index].bytes
    }

    private func weightBytes(_ index: Int, _ elements: [Element]) -> Int {
        guard case .convolution(let layer) = layers[index].kind else { return 0 }
        return layer.weights.count * elements[layers[index].inputs[0]].bytes
    }
}
