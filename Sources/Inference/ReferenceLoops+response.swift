import Foundation
import Networks

extension ReferenceLoops {
    /// Each number by the squares of its neighbours in other channels.
    static func localResponseNorm(_ x: ReferenceMap, _ layer: LocalResponseNorm) -> [Float] {
        let channels = x.shape.channels
        let before = (layer.size - 1) / 2
        var result = x.numbers
        for channel in 0..<channels {
            let neighbours =
                max(0, channel - before)..<min(channels, channel - before + layer.size)
            for position in 0..<x.area {
                var squares = 0.0
                for neighbour in neighbours {
                    let number = Double(x.numbers[neighbour * x.area + position])
                    squares += number * number
                }
                let scale = layer.bias + layer.alpha / Double(layer.size) * squares
                let place = channel * x.area + position
                result[place] = Float(Double(x.numbers[place]) / pow(scale, layer.beta))
            }
        }
        return result
    }
}
