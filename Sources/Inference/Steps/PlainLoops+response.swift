import Foundation
import Networks

extension PlainLoops {
    /// Each number by the squares of its neighbours in other channels.
    static func responseNormalised(_ input: Map, _ layer: LocalResponseNorm) -> [Float] {
        let (channels, area) = (input.shape.channels, input.shape.height * input.shape.width)
        let before = (layer.size - 1) / 2
        let after = layer.size - 1 - before
        let weight = Float(layer.alpha / Double(layer.size))
        let (bias, exponent) = (Float(layer.bias), Float(-layer.beta))
        let squares = input.numbers.map { $0 * $0 }
        var result = input.numbers
        for channel in 0..<channels {
            let neighbours = max(0, channel - before)..<min(channels, channel + after + 1)
            for position in 0..<area {
                var sum: Float = 0
                for neighbour in neighbours { sum += squares[neighbour * area + position] }
                result[channel * area + position] *= pow(bias + weight * sum, exponent)
            }
        }
        return result
    }
}
