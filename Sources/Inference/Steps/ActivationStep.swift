import CKernels
import Networks

/// A function of each number, in place or from one map to another.
final class ActivationStep: RowStep, @unchecked Sendable {
    private let isa: kernel_isa
    private let input: Int
    private let output: Int
    private let element: Element
    private let activation: pixelwise_activation
    /// For u8: the result for each stored number.
    private let table: [UInt8]
    private let layout: MapLayout

    init(
        _ activation: Activation, from input: (index: Int, format: Format),
        to output: (index: Int, format: Format, layout: MapLayout), isa: kernel_isa
    ) {
        self.isa = isa
        self.input = input.index
        self.output = output.index
        self.activation = activation.kernel
        element = output.format.element
        layout = output.layout
        table = element == .u8 ? activation.table(from: input.format, to: output.format) : []
    }

    var rows: Int { layout.shape.height }

    var rowBytes: Int { layout.blocks * layout.rowBytes }

    func inputRows(for rows: Int) -> Int { rows }

    func run(_ frame: Frame, rows: Range<Int>) {
        let (from, to) = (frame.places + input, frame.places + output)
        let strip = kernel_window(
            width: Int32(layout.shape.width), first_row: Int32(rows.lowerBound),
            end_row: Int32(rows.upperBound))
        if element == .u8 {
            pixelwise_look_up(isa, table, Int32(layout.blocks), from, to, strip)
        } else {
            pixelwise_activate(
                isa, element.code, activation, Int32(layout.blocks), from, to, strip)
        }
    }
}

extension Activation {
    /// The kernels' description of the function.
    var kernel: pixelwise_activation {
        switch self {
        case .relu: pixelwise_activation(function: PIXELWISE_CLAMP, a: 0, b: .infinity)
        case .relu6: pixelwise_activation(function: PIXELWISE_CLAMP, a: 0, b: 6)
        case .clamp(let low, let high):
            pixelwise_activation(function: PIXELWISE_CLAMP, a: low, b: high)
        case .silu: pixelwise_activation(function: PIXELWISE_SILU, a: 0, b: 0)
        case .sigmoid: pixelwise_activation(function: PIXELWISE_SIGMOID, a: 0, b: 0)
        case .hardSwish: pixelwise_activation(function: PIXELWISE_HARD_SWISH, a: 0, b: 0)
        case .hardSigmoid: pixelwise_activation(function: PIXELWISE_HARD_SIGMOID, a: 0, b: 0)
        case .gelu: pixelwise_activation(function: PIXELWISE_GELU, a: 0, b: 0)
        case .tanh: pixelwise_activation(function: PIXELWISE_TANH, a: 0, b: 0)
        case .leakyRelu(let slope):
            pixelwise_activation(function: PIXELWISE_LEAKY_RELU, a: slope, b: 0)
        }
    }

    /// What each stored u8 becomes.
    fileprivate func table(from: Format, to: Format) -> [UInt8] {
        var numbers = (0..<256).map { (Float($0) - from.zero) * from.scale }
        pixelwise_apply(kernel, &numbers, numbers.count)
        return numbers.map { number in
            let stored = (number / to.scale + to.zero).rounded(.toNearestOrEven)
            return UInt8(min(max(stored, 0), 255))
        }
    }
}
