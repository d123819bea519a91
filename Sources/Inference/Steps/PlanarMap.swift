import CKernels
import Networks

/// A map of f32 seen as `[c, h, w]`, wherever its numbers lie.
struct PlanarMap {
    let layout: MapLayout
    let place: kernel_place

    /// All numbers, `[c, h, w]`.
    var numbers: [Float] {
        let shape = layout.shape
        return [Float](unsafeUninitializedCapacity: shape.count) { buffer, count in
            if let to = buffer.baseAddress { copy(to: to) }
            count = shape.count
        }
    }

    /// Writes all numbers to `to`, `[c, h, w]`.
    func copy(to: UnsafeMutablePointer<Float>) {
        var next = to
        for c in 0..<layout.shape.channels {
            for y in 0..<layout.shape.height {
                let row = row(c, y)
                for x in 0..<layout.shape.width {
                    next.pointee = row[x * layout.lanes]
                    next += 1
                }
            }
        }
    }

    /// Stores `numbers`, `[c, h, w]`.
    func store(_ numbers: [Float]) {
        let (height, width) = (layout.shape.height, layout.shape.width)
        numbers.withUnsafeBufferPointer { numbers in
            for c in 0..<layout.shape.channels {
                for y in 0..<height {
                    let row = row(c, y)
                    for x in 0..<width {
                        row[x * layout.lanes] = numbers[(c * height + y) * width + x]
                    }
                }
            }
        }
    }

    private func row(_ channel: Int, _ y: Int) -> UnsafeMutablePointer<Float> {
        let (block, lane) = channel.quotientAndRemainder(dividingBy: layout.lanes)
        return UnsafeMutableRawPointer(place.data + block * place.block + y * place.row)
            .assumingMemoryBound(to: Float.self) + lane
    }
}
