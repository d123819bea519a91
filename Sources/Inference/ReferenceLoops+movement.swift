import Networks

extension ReferenceLoops {
    /// The part of the map that begins at `offset`.
    static func slice(_ x: ReferenceMap, at offset: Offset, output: Shape) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(output.count)
        for c in 0..<output.channels {
            for y in 0..<output.height {
                let row = (c + offset.channel) * x.shape.height + y + offset.row
                let first = row * x.shape.width + offset.column
                result += x.numbers[first..<first + output.width]
            }
        }
        return result
    }

    /// The map with a border of `value`.
    static func pad(
        _ x: ReferenceMap, _ padding: Padding, value: Float, output: Shape
    ) -> [Float] {
        var result = [Float](repeating: value, count: output.count)
        for c in 0..<x.shape.channels {
            for y in 0..<x.shape.height {
                let from = (c * x.shape.height + y) * x.shape.width
                let to = (c * output.height + y + padding.top) * output.width + padding.left
                for column in 0..<x.shape.width { result[to + column] = x.numbers[from + column] }
            }
        }
        return result
    }

    /// Channel `g · c/groups + i` goes to place `i · groups + g`.
    static func shuffle(_ x: ReferenceMap, groups: Int) -> [Float] {
        let area = x.area
        let size = x.shape.channels / groups
        var result: [Float] = []
        result.reserveCapacity(x.numbers.count)
        for i in 0..<size {
            for g in 0..<groups {
                let first = (g * size + i) * area
                result += x.numbers[first..<first + area]
            }
        }
        return result
    }
}
