import Networks

extension ReferenceLoops {
    /// The positions of a map in reading order, a class token before them, positions added.
    static func tokens(
        _ x: ReferenceMap, classToken: [Float]?, position: [Float]?, output: Shape
    ) -> [Float] {
        let (channels, count) = (output.channels, output.width)
        let first = count - x.area
        var result = [Float](repeating: 0, count: output.count)
        for c in 0..<channels {
            for token in 0..<count {
                let number =
                    token < first ? classToken?[c] ?? 0 : x.numbers[c * x.area + token - first]
                result[c * count + token] = number + (position?[token * channels + c] ?? 0)
            }
        }
        return result
    }

    /// `softmax(q·k / √d)·v` for each head of `d` channels.
    static func attention(_ x: ReferenceMap, heads: Int) -> [Float] {
        let count = x.area
        let channels = x.shape.channels / 3
        let d = channels / heads
        let input = x.numbers.map(Double.init)
        var result = [Float](repeating: 0, count: channels * count)
        for c in stride(from: 0, to: heads * d, by: d) {
            let query = c * count
            let key = (channels + c) * count
            let value = (2 * channels + c) * count
            for token in 0..<count {
                var scores = [Double](repeating: 0, count: count)
                for i in 0..<d {
                    let q = input[query + i * count + token]
                    for other in 0..<count { scores[other] += q * input[key + i * count + other] }
                }
                let shares = softmax(scores.map { $0 / Double(d).squareRoot() })
                for i in 0..<d {
                    var sum = 0.0
                    for other in 0..<count {
                        sum += shares[other] * input[value + i * count + other]
                    }
                    result[(c + i) * count + token] = Float(sum)
                }
            }
        }
        return result
    }
}
