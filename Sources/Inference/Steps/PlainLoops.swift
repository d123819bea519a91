import CKernels
import Foundation
import Networks

/// Layers that are rare in image classifiers, over planar f32, `[c, h, w]`.
enum PlainLoops {
    struct Map {
        let shape: Shape
        let numbers: [Float]

        /// The number at a position, with axes of extent 1 stretched.
        func stretched(_ c: Int, _ y: Int, _ x: Int) -> Float {
            let (c, y, x) = (
                shape.channels == 1 ? 0 : c, shape.height == 1 ? 0 : y, shape.width == 1 ? 0 : x
            )
            return numbers[(c * shape.height + y) * shape.width + x]
        }
    }

    static func result(of layer: PlainLayer, _ inputs: [Map], shape: Shape) -> [Float] {
        switch layer {
        case .activation(let activation): activated(inputs[0].numbers, activation)
        case .stretchedAdd: combined(inputs, shape, +)
        case .stretchedMultiply: combined(inputs, shape, *)
        case .adaptiveAveragePool: averaged(inputs[0], to: shape)
        case .slice(let offset): slice(of: inputs[0], at: offset, shape)
        case .pad(let padding, let value): padded(inputs[0], padding, value, shape)
        case .shuffle(let groups): shuffled(inputs[0], groups: groups)
        case .layerNorm(let scale, let shift, let epsilon):
            normalised(inputs[0], scale, shift, epsilon)
        case .localResponseNorm(let layer): responseNormalised(inputs[0], layer)
        case .softmax: softmax(inputs[0])
        case .tokens(let classToken, let positions): tokens(inputs[0], classToken, positions)
        case .attention(let heads): AttentionLoops.result(of: inputs[0], heads: heads)
        }
    }

    static func activated(_ numbers: [Float], _ activation: Activation) -> [Float] {
        var numbers = numbers
        let count = numbers.count
        pixelwise_apply(activation.kernel, &numbers, count)
        return numbers
    }

    private static func combined(
        _ inputs: [Map], _ shape: Shape, _ combine: (Float, Float) -> Float
    ) -> [Float] {
        build(shape) { c, y, x in
            combine(inputs[0].stretched(c, y, x), inputs[1].stretched(c, y, x))
        }
    }

    private static func averaged(_ input: Map, to shape: Shape) -> [Float] {
        let (height, width) = (input.shape.height, input.shape.width)
        return build(shape) { c, y, x in
            let rows = y * height / shape.height..<((y + 1) * height - 1) / shape.height + 1
            let columns = x * width / shape.width..<((x + 1) * width - 1) / shape.width + 1
            var sum: Float = 0
            for row in rows {
                for column in columns { sum += input.numbers[(c * height + row) * width + column] }
            }
            return sum / Float(rows.count * columns.count)
        }
    }

    private static func slice(of input: Map, at offset: Offset, _ shape: Shape) -> [Float] {
        let (height, width) = (input.shape.height, input.shape.width)
        return build(shape) { c, y, x in
            input.numbers[
                ((c + offset.channel) * height + y + offset.row) * width + x + offset.column]
        }
    }

    private static func padded(
        _ input: Map, _ padding: Padding, _ value: Float, _ shape: Shape
    ) -> [Float] {
        let (height, width) = (input.shape.height, input.shape.width)
        return build(shape) { c, y, x in
            let (row, column) = (y - padding.top, x - padding.left)
            guard row >= 0, row < height, column >= 0, column < width else { return value }
            return input.numbers[(c * height + row) * width + column]
        }
    }

    private static func shuffled(_ input: Map, groups: Int) -> [Float] {
        let each = input.shape.channels / groups
        let size = input.shape.height * input.shape.width
        return (0..<input.shape.channels).flatMap { c in
            let from = c % groups * each + c / groups
            return input.numbers[from * size..<(from + 1) * size]
        }
    }

    private static func normalised(
        _ input: Map, _ scale: [Float], _ shift: [Float], _ epsilon: Double
    ) -> [Float] {
        let channels = input.shape.channels
        let size = input.shape.height * input.shape.width
        var result = input.numbers
        for position in 0..<size {
            var (sum, squares) = (0.0, 0.0)
            for c in 0..<channels { sum += Double(result[c * size + position]) }
            let mean = sum / Double(channels)
            for c in 0..<channels {
                let distance = Double(result[c * size + position]) - mean
                squares += distance * distance
            }
            let factor = 1 / (squares / Double(channels) + epsilon).squareRoot()
            for c in 0..<channels {
                let unit = (Double(result[c * size + position]) - mean) * factor
                result[c * size + position] = Float(unit) * scale[c] + shift[c]
            }
        }
        return result
    }

    private static func softmax(_ input: Map) -> [Float] {
        let channels = input.shape.channels
        let size = input.shape.height * input.shape.width
        var result = input.numbers
        for position in 0..<size {
            let places = stride(from: position, to: channels * size, by: size)
            let largest = places.reduce(-Float.infinity) { max($0, result[$1]) }
            for place in places { result[place] = exp(result[place] - largest) }
            let sum = places.reduce(Float(0)) { $0 + result[$1] }
            for place in places { result[place] /= sum }
        }
        return result
    }

    private static func tokens(
        _ input: Map, _ classToken: [Float], _ positions: [Float]
    ) -> [Float] {
        let channels = input.shape.channels
        let size = input.shape.height * input.shape.width
        let first = classToken.isEmpty ? 0 : 1
        return (0..<channels).flatMap { c in
            (0..<first + size).map { token in
                let number =
                    token < first ? classToken[c] : input.numbers[c * size + token - first]
                return number + (positions.isEmpty ? 0 : positions[token * channels + c])
            }
        }
    }

    private static func build(_ shape: Shape, _ number: (Int, Int, Int) -> Float) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(shape.count)
        for c in 0..<shape.channels {
            for y in 0..<shape.height {
                for x in 0..<shape.width { result.append(number(c, y, x)) }
            }
        }
        return result
    }
}
