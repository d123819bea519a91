//  MobileNetV2: Inverted Residuals and Linear Bottlenecks
//  Sandler, Howard, Zhu, Zhmoginov and Chen, 2018 · https://arxiv.org/abs/1801.04381

package import Networks

/// Mobile networks whose shortcuts join thin, linear bottlenecks.
package struct MobileNetV2: ModelFamily {
    package static let family = "MobileNetV2"
    package static let paper = "https://arxiv.org/abs/1801.04381"

    /// The paper's multiplier α, which scales every layer but, below one, the last convolution.
    var width = 1.0
    /// Scales the repeats of the stages between first and last, as EfficientNet does.
    var depth = 1.0
    /// Whether the first and the last convolution keep their channels.
    var keepsEnds = false
    var library = Library.torchvision
    package var classes = 1000

    // swift-format-ignore
    /// Table 2: expansion `t`, output channels `c`, repeats `n`, stride of the first repeat `s`.
    static let table2: [(t: Int, c: Int, n: Int, s: Int)] = [
        (t: 1, c:  16, n: 1, s: 1),  // 112²
        (t: 6, c:  24, n: 2, s: 2),  //  56²
        (t: 6, c:  32, n: 3, s: 2),  //  28²
        (t: 6, c:  64, n: 4, s: 2),  //  14²
        (t: 6, c:  96, n: 3, s: 1),  //  14²
        (t: 6, c: 160, n: 3, s: 2),  //   7²
        (t: 6, c: 320, n: 1, s: 1),  //   7²
    ]

    package func logits(of image: Value, weights: Scope) -> Value {
        var features = weights["features"].sequential()
        var x = image.convBN(
            keepsEnds ? 32 : scaled(32), kernel: 3, stride: 2, .relu6,
            at: library == .timm
                ? ConvBNScope(weights, "conv_stem", "bn1") : ConvBNScope(features.next(), "0", "1"))
        for (stage, row) in Self.table2.enumerated() {
            let isEnd = stage == 0 || stage == Self.table2.count - 1
            for index in 0..<(keepsEnds && isEnd ? row.n : repeats(row.n)) {
                let block = InvertedResidual(
                    hidden: row.t * x.channels, channels: scaled(row.c), kernel: 3,
                    stride: index == 0 ? row.s : 1, activation: .relu6, framework: .pytorch)
                x =
                    library == .timm
                    ? block.applied(to: x, in: weights["blocks"][stage][index], .timm)
                    : block.applied(to: x, in: features.next(), .mobileNetV2)
            }
        }
        x = x.convBN(
            keepsEnds ? 1280 : max(1280, scaled(1280)), .relu6,
            at: library == .timm
                ? ConvBNScope(weights, "conv_head", "bn2") : ConvBNScope(features.next(), "0", "1"))
        let classifier = weights["classifier"]
        return x.globalAveragePool()
            .linear(classes, at: library == .timm ? classifier : classifier[1])
    }

    private func scaled(_ channels: Int) -> Int {
        rounded(Double(channels) * width, toMultipleOf: 8)
    }

    private func repeats(_ n: Int) -> Int { Int((Double(n) * depth).rounded(.up)) }
}

extension MobileNetV2 {
    static let architectures =
        [Architecture("mobilenet_v2", MobileNetV2())]
        + [
            ("mobilenetv2_035", 0.35), ("mobilenetv2_050", 0.5), ("mobilenetv2_075", 0.75),
            ("mobilenetv2_100", 1), ("mobilenetv2_140", 1.4),
        ].map { Architecture($0, .timm, MobileNetV2(width: $1, library: .timm)) }
        + [("mobilenetv2_110d", 1.1, 1.2), ("mobilenetv2_120d", 1.2, 1.4)].map {
            Architecture(
                $0, .timm, MobileNetV2(width: $1, depth: $2, keepsEnds: true, library: .timm))
        }
}
