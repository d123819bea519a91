//  SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size
//  Iandola, Han, Moskewicz, Ashraf, Dally and Keutzer, 2016 · https://arxiv.org/abs/1602.07360

package import Networks

/// Fire modules: few 1×1 channels squeeze, many 1×1 and 3×3 channels expand.
package struct SqueezeNet: ModelFamily {
    package static let family = "SqueezeNet"
    package static let paper = "https://arxiv.org/abs/1602.07360"

    /// The stem's channels and kernel.
    var stem: (c: Int, kernel: Int)
    /// After which fire modules the maps are halved, by the paper's numbers; 1 is the stem.
    var pools: Set<Int>
    package var classes = 1000

    /// Table 1, fire2 to fire9: squeeze `s1x1`, expand `e` = `e1x1` = `e3x3`.
    private static let table1: [(s1x1: Int, e: Int)] = [
        (16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256),
    ]

    package func logits(of image: Value, weights: Scope) -> Value {
        var features = weights["features"].sequential()
        var x = image.conv(
            stem.c, kernel: stem.kernel, stride: 2, padding: .none, bias: true, at: features.next()
        ).activated(.relu)
        _ = features.next()  // ReLU
        for number in 1...Self.table1.count + 1 {
            if number > 1 { x = fire(x, Self.table1[number - 2], at: features.next()) }
            if pools.contains(number) {
                x = x.maxPool(kernel: 3, stride: 2, roundsUp: true)
                _ = features.next()  // pool
            }
        }
        return x.conv(classes, kernel: 1, bias: true, at: weights["classifier"][1])
            .activated(.relu).globalAveragePool()
    }

    /// Figure 1.
    private func fire(_ x: Value, _ row: (s1x1: Int, e: Int), at module: Scope) -> Value {
        let squeezed = x.conv(row.s1x1, kernel: 1, bias: true, at: module["squeeze"])
            .activated(.relu)
        return .concatenated(
            squeezed.conv(row.e, kernel: 1, bias: true, at: module["expand1x1"]).activated(.relu),
            [squeezed.conv(row.e, kernel: 3, bias: true, at: module["expand3x3"]).activated(.relu)])
    }
}

extension SqueezeNet {
    static let architectures = [
        Architecture("squeezenet1_0", SqueezeNet(stem: (96, 7), pools: [1, 4, 8])),
        // Of https://github.com/forresti/SqueezeNet: less than half the work, no less accurate.
        Architecture("squeezenet1_1", SqueezeNet(stem: (64, 3), pools: [1, 3, 5])),
    ]
}
