//  EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks
//  Tan and Le, 2019 · https://arxiv.org/abs/1905.11946

package import Networks

/// One network found by search, scaled in width, depth and resolution together.
package struct EfficientNet: ModelFamily {
    package static let family = "EfficientNet"
    package static let paper = "https://arxiv.org/abs/1905.11946"

    /// The paper's width coefficient, which scales the channels of every stage.
    var width = 1.0
    /// The paper's depth coefficient, which scales the repeats of every stage.
    var depth = 1.0
    var framework = Framework.pytorch
    var library = Library.torchvision
    package var classes = 1000

    // swift-format-ignore
    /// Table 1, stages 2–8: expansion `t`, output channels `c`, repeats `n`, stride of the first
    /// repeat `s`, kernel `k`.
    static let table1: [(t: Int, c: Int, n: Int, s: Int, k: Int)] = [
        (t: 1, c:  16, n: 1, s: 1, k: 3),  // 112²
        (t: 6, c:  24, n: 2, s: 2, k: 3),  //  56²
        (t: 6, c:  40, n: 2, s: 2, k: 5),  //  28²
        (t: 6, c:  80, n: 3, s: 2, k: 3),  //  14²
        (t: 6, c: 112, n: 3, s: 1, k: 5),  //  14²
        (t: 6, c: 192, n: 4, s: 2, k: 5),  //   7²
        (t: 6, c: 320, n: 1, s: 1, k: 3),  //   7²
    ]

    package func logits(of image: Value, weights: Scope) -> Value {
        let isTimm = library == .timm
        let features = weights["features"]
        var x = image.convBN(
            scaled(32), kernel: 3, stride: 2, .silu, by: framework,
            at: isTimm
                ? ConvBNScope(weights, "conv_stem", "bn1") : ConvBNScope(features[0], "0", "1"))
        for (stage, row) in Self.table1.enumerated() {
            for index in 0..<Int((Double(row.n) * depth).rounded(.up)) {
                let block = InvertedResidual(
                    hidden: row.t * x.channels, channels: scaled(row.c), kernel: row.k,
                    stride: index == 0 ? row.s : 1, activation: .silu,
                    squeeze: .init(channels: x.channels / 4, activation: .silu, gate: .sigmoid),
                    framework: framework)
                x =
                    isTimm
                    ? block.applied(to: x, in: weights["blocks"][stage][index], .timm)
                    : block.applied(to: x, in: features[stage + 1][index], .block)
            }
        }
        x = x.convBN(
            scaled(1280), .silu, by: framework,
            at: isTimm
                ? ConvBNScope(weights, "conv_head", "bn2")
                : ConvBNScope(features[Self.table1.count + 1], "0", "1"))
        let classifier = weights["classifier"]
        return x.globalAveragePool().linear(classes, at: isTimm ? classifier : classifier[1])
    }

    private func scaled(_ channels: Int) -> Int {
        rounded(Double(channels) * width, toMultipleOf: 8)
    }
}

extension EfficientNet {
    // swift-format-ignore
    /// The coefficients of the authors' code: width, depth, resolution, and the resolution at which
    /// torchvision and timm run it.
    private static let coefficients: [(name: String, width: Double, depth: Double, size: Int, timm: Int)] = [
        ("b0", 1.0, 1.0, 224, 224), ("b1", 1.0, 1.1, 240, 240), ("b2", 1.1, 1.2, 288, 256),
        ("b3", 1.2, 1.4, 300, 288), ("b4", 1.4, 1.8, 380, 320), ("b5", 1.6, 2.2, 456, 448),
        ("b6", 1.8, 2.6, 528, 528), ("b7", 2.0, 3.1, 600, 600), ("b8", 2.2, 3.6, 672, 672),
    ]

    /// The resolutions of the paper, for weights trained in TensorFlow.
    private static let paperSizes = [224, 240, 260, 300, 380, 456, 528, 600, 672]

    static let architectures =
        coefficients.dropLast().map { row in
            // torchvision took B5 to B7 from a port that kept TensorFlow's epsilon.
            let isPort = row.width >= 1.6
            return Architecture(
                "efficientnet_\(row.name)",
                EfficientNet(
                    width: row.width, depth: row.depth,
                    framework: Framework(padding: .half, epsilon: isPort ? 1e-3 : 1e-5)),
                size: row.size)
        }
        + coefficients.map { row in
            Architecture(
                "efficientnet_\(row.name)", .timm,
                EfficientNet(width: row.width, depth: row.depth, library: .timm), size: row.timm)
        }
        + zip(coefficients, paperSizes).map { row, size in
            Architecture(
                "tf_efficientnet_\(row.name)", .timm,
                EfficientNet(
                    width: row.width, depth: row.depth, framework: .tensorflow, library: .timm),
                size: size)
        }
}
