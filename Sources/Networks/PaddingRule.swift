/// How a layer chooses its padding.
package enum PaddingRule: Sendable, Hashable {
    /// Half the kernel's reach at every edge, as PyTorch's models are written.
    case half
    /// Output size = input size / stride rounded up, the odd pixel after the last row and column:
    /// TensorFlow's `SAME`, for weights trained there.
    case same
    /// None: TensorFlow's `VALID`.
    case none
    /// As many pixels at every edge.
    case even(Int)
    /// These.
    case exactly(Padding)
}

extension PaddingRule {
    /// The padding of a layer over `shape`.
    func padding(
        of shape: Shape, kernel: Extent, stride: Extent, dilation: Extent = .square(1)
    ) -> Padding {
        switch self {
        case .half:
            let rows = kernel.height / 2 * dilation.height
            let columns = kernel.width / 2 * dilation.width
            return Padding(top: rows, left: columns, bottom: rows, right: columns)
        case .same:
            let rows = Self.total(shape.height, kernel.height, stride.height, dilation.height)
            let columns = Self.total(shape.width, kernel.width, stride.width, dilation.width)
            return Padding(
                top: rows / 2, left: columns / 2, bottom: rows - rows / 2,
                right: columns - columns / 2)
        case .none:
            return .even(0)
        case .even(let all):
            return .even(all)
        case .exactly(let padding):
            return padding
        }
    }

    private static func total(_ size: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
        let output = (size + stride - 1) / stride
        return max((output - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
    }
}

/// How many windows lie in a row of `size` pixels, padding included; a last window that reaches
/// beyond them counts if `roundsUp`.
func windows(
    in size: Int, kernel: Int, stride: Int, dilation: Int = 1, roundsUp: Bool = false
) -> Int {
    let room = size - (kernel - 1) * dilation - 1
    return (roundsUp ? room + stride - 1 : room) / stride + 1
}
