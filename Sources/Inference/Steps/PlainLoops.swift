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
        case .shuffle(let groups): shuffled(inputs[0], groups: groups)
        case .localResponseNorm(let layer): responseNormalised(inputs[0], layer)
        case .softmax: softmax(inputs[0])
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

    private static func shuffled(_ input: Map, groups: Int) -> [Float] {
        let each = input.shape.channels / groups
        let size = input.shape.height * input.shape.width
        return (0..<input.shape.channels).flatMap { c in
            let from = c % groups * each + c / groups
            return input.numbers[from * size..<(from + 1) * size]
        }
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
