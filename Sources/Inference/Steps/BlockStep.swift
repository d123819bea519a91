/// Layers that follow each other, computed a strip of rows at a time: each strip goes through all of
/// them while it is in the cache.
///
/// Nothing is computed twice. Every layer goes as far as the next one needs for the strip, and keeps
/// what it has; so results do not depend on the strips.
struct BlockStep: Step {
    private let layers: [any RowStep]
    /// What must be there before the first strip: zeros around results.
    private let preparations: [any Step]
    private let rowsAtOnce: Int

    /// A block of `layers`, each reading the one before; `cacheBytes` is what a strip may take.
    init(_ layers: [any RowStep], preparations: [any Step], cacheBytes: Int) {
        self.layers = layers
        self.preparations = preparations
        let rows = layers.last?.rows ?? 1
        // Of a row of the block's result, the rows of all layers that belong to it.
        let bytes = layers.reduce(0) { $0 + $1.rowBytes * ($1.rows + rows - 1) / max(rows, 1) }
        // Depthwise kernels are at their best with four rows.
        let together = layers.contains { $0 is DepthwiseStep } ? 4 : 1
        rowsAtOnce = max(cacheBytes / max(bytes, 1) / together * together, together)
    }

    func run(_ frame: Frame) {
        for step in preparations { step.run(frame) }
        let total = layers.last?.rows ?? 0
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * layers.count) { numbers in
            let (done, wanted) = (
                numbers.extracting(..<layers.count), numbers.extracting(layers.count...)
            )
            done.initialize(repeating: 0)
            wanted.initialize(repeating: 0)
            var end = 0
            while end < total {
                end = min(end + rowsAtOnce, total)
                wanted[layers.count - 1] = end
                for index in layers.indices.dropFirst().reversed() {
                    wanted[index - 1] = layers[index].inputRows(for: wanted[index])
                }
                // The last strip leaves nothing undone, even rows that no window meets.
                if end == total {
                    for index in layers.indices { wanted[index] = layers[index].rows }
                }
                for (index, layer) in layers.enumerated() where wanted[index] > done[index] {
                    layer.run(frame, rows: done[index]..<wanted[index])
                    done[index] = wanted[index]
                }
            }
        }
    }
}
