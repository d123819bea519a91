//  EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks
//  Tan and Le, 2019 · https://arxiv.org/abs/1905.11946
//  The Lite variants: https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite

package import Networks

/// EfficientNets without squeeze-and-excitation and with ReLU6, for machines that calculate in
/// small integers.
package struct EfficientNetLite: ModelFamily {
    package static let family = "EfficientNet-Lite"
    package static let paper = "https://arxiv.org/abs/1905.11946"

    /// The paper's width coefficient, which scales the channels of every stage.
    package var width = 1.0
    /// The paper's depth coefficient, which scales the repeats of the stages between first and last.
    package var depth = 1.0
    var framework = Framework.tensorflow
    var library = Library.efficientnetLite
    /// Classes of the last layer.
    package var classes = 1000

    /// The network's logits; names as `library` has them.
    package func logits(of image: Value, weights: Scope) -> Value {
        let isTimm = library == .timm
        // The Lite variants keep stem and head, and the repeats of the first and last stage, as in
        // the table: lite/efficientnet_lite_builder.py, `fix_head_stem`.
        var x = image.convBN(
            32, kernel: 3, stride: 2, .relu6, by: framework,
            at: isTimm
                ? ConvBNScope(weights, "conv_stem", "bn1")
                : ConvBNScope(weights, "_conv_stem", "_bn0"))
        var blocks = weights["_blocks"].sequential()
        let table1 = EfficientNet.table1
        for (stage, row) in table1.enumerated() {
            let isEnd = stage == 0 || stage == table1.count - 1
            for index in 0..<(isEnd ? row.n : Int((Double(row.n) * depth).rounded(.up))) {
                let block = InvertedResidual(
                    hidden: row.t * x.channels,
                    channels: rounded(Double(row.c) * width, toMultipleOf: 8), kernel: row.k,
                    stride: index == 0 ? row.s : 1, activation: .relu6, framework: framework)
                x =
                    isTimm
                    ? block.applied(to: x, in: weights["blocks"][stage][index], .timm)
                    : block.applied(to: x, in: blocks.next(), .lukemelas)
            }
        }
        x = x.convBN(
            1280, .relu6, by: framework,
            at: isTimm
                ? ConvBNScope(weights, "conv_head", "bn2")
                : ConvBNScope(weights, "_conv_head", "_bn1"))
        return x.globalAveragePool().linear(classes, at: weights[isTimm ? "classifier" : "_fc"])
    }
}

extension EfficientNetLite {
    // swift-format-ignore
    /// The coefficients of the authors' code: width, depth and resolution; and the resolution at
    /// which timm runs it.
    private static let coefficients: [(width: Double, depth: Double, size: Int, timm: Int)] = [
        (1.0, 1.0, 224, 224), (1.0, 1.1, 240, 240), (1.1, 1.2, 260, 260), (1.2, 1.4, 280, 300),
        (1.4, 1.8, 300, 380),
    ]

    /// The Lite variants 0 to 4 under the names of each library.
    static let architectures = coefficients.enumerated().flatMap { number, row in
        [
            ("efficientnet_lite\(number)", Library.efficientnetLite, Framework.tensorflow),
            ("efficientnet_lite\(number)", .timm, .pytorch),
            ("tf_efficientnet_lite\(number)", .timm, .tensorflow),
        ].map { name, library, framework in
            Architecture(
                name, library,
                EfficientNetLite(
                    width: row.width, depth: row.depth, framework: framework, library: library),
                size: library == .timm ? row.timm : row.size)
        }
    }
}
