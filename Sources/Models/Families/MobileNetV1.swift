//  MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications
//  Howard, Zhu, Chen, Kalenichenko, Wang, Weyand, Andreetto and Adam, 2017
//  https://arxiv.org/abs/1704.04861

package import Networks

/// Depthwise separable convolutions from end to end.
package struct MobileNetV1: ModelFamily {
    package static let family = "MobileNetV1"
    package static let paper = "https://arxiv.org/abs/1704.04861"

    /// The paper's width multiplier α.
    var width = 1.0
    /// Whether a 1×1 convolution precedes the pool, which the paper does not have.
    var hasHead = false
    package var classes = 1000

    // swift-format-ignore
    /// Table 1: channels `c`, repeats `n`, stride of the first repeat `s`.
    static let table1: [(c: Int, n: Int, s: Int)] = [
        (c:   64, n: 1, s: 1),  // 112²
        (c:  128, n: 2, s: 2),  //  56²
        (c:  256, n: 2, s: 2),  //  28²
        (c:  512, n: 6, s: 2),  //  14²
        (c: 1024, n: 2, s: 2),  //   7²
    ]

    package func logits(of image: Value, weights: Scope) -> Value {
        var x = image.convBN(
            scaled(32), kernel: 3, stride: 2, .relu6, at: ConvBNScope(weights, "conv_stem", "bn1"))
        for (stage, row) in Self.table1.enumerated() {
            for index in 0..<row.n {
                let block = weights["blocks"][stage][index]
                x = x.convBN(
                    x.channels, kernel: 3, stride: index == 0 ? row.s : 1, groups: x.channels,
                    .relu6, at: ConvBNScope(block, "conv_dw", "bn1"))
                x = x.convBN(scaled(row.c), .relu6, at: ConvBNScope(block, "conv_pw", "bn2"))
            }
        }
        if hasHead {
            x = x.convBN(
                max(1024, scaled(1024)), .relu6, at: ConvBNScope(weights, "conv_head", "bn2"))
        }
        return x.globalAveragePool().linear(classes, at: weights["classifier"])
    }

    private func scaled(_ channels: Int) -> Int {
        rounded(Double(channels) * width, toMultipleOf: 8)
    }
}

extension MobileNetV1 {
    static let architectures = [
        Architecture("mobilenetv1_100", .timm, MobileNetV1()),
        Architecture("mobilenetv1_100h", .timm, MobileNetV1(hasHead: true)),
        Architecture("mobilenetv1_125", .timm, MobileNetV1(width: 1.25)),
    ]
}
