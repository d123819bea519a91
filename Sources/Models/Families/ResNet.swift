//  Deep Residual Learning for Image Recognition
//  He, Zhang, Ren and Sun, 2015 · https://arxiv.org/abs/1512.03385
//  with Aggregated Residual Transformations for Deep Neural Networks (ResNeXt)
//  Xie, Girshick, Dollár, Tu and He, 2016 · https://arxiv.org/abs/1611.05431
//  and Wide Residual Networks
//  Zagoruyko and Komodakis, 2016 · https://arxiv.org/abs/1605.07146

package import Networks

/// Blocks that learn what to add to their input.
package struct ResNet: ModelFamily {
    package static let family = "ResNet"
    package static let paper = "https://arxiv.org/abs/1512.03385"

    /// Which of the two blocks of figure 5 a network is made of.
    enum Block: Sendable {
        /// Two 3×3 convolutions.
        case basic
        /// 1×1, 3×3 and 1×1 convolutions; the last has four times the channels.
        case bottleneck
    }

    var block = Block.bottleneck
    /// Table 1: blocks of conv2_x to conv5_x.
    var blocks: [Int]
    /// ResNeXt's cardinality C: groups of the 3×3 convolutions.
    var cardinality = 1
    /// ResNeXt's width d of a group where conv2_x has 64 channels; Wide ResNet's 64 · k.
    var width = 64
    /// Whether the stem is three 3×3 convolutions and shortcuts halve maps by a mean: ResNet-D of
    /// https://arxiv.org/abs/1812.01187.
    var isD = false
    package var classes = 1000

    package func logits(of image: Value, weights: Scope) -> Value {
        var x = stem(image, at: weights["conv1"]).batchNorm(at: weights["bn1"]).activated(.relu)
            .maxPool(kernel: 3, stride: 2, padding: .half)
        for (stage, n) in blocks.enumerated() {
            var layers = weights["layer\(stage + 1)"].sequential()
            for index in 0..<n {
                let stride = stage > 0 && index == 0 ? 2 : 1
                x = residual(x, channels: 64 << stage, stride: stride, at: layers.next())
            }
        }
        return x.globalAveragePool().linear(classes, at: weights["fc"])
    }

    private func stem(_ image: Value, at scope: Scope) -> Value {
        guard isD else { return image.conv(64, kernel: 7, stride: 2, at: scope) }
        return image.conv(32, kernel: 3, stride: 2, at: scope[0]).batchNorm(at: scope[1])
            .activated(.relu).conv(32, kernel: 3, at: scope[3]).batchNorm(at: scope[4])
            .activated(.relu).conv(64, kernel: 3, at: scope[6])
    }

    /// Figure 5.
    ///
    /// A bottleneck's stride is its 3×3 convolution's, not its first's as in the paper:
    /// torchvision's models/resnet.py, `Bottleneck`, "ResNet V1.5".
    private func residual(_ x: Value, channels: Int, stride: Int, at scope: Scope) -> Value {
        let output: Int
        var y: Value
        switch block {
        case .basic:
            output = channels
            y = x.convBN(
                channels, kernel: 3, stride: stride, .relu, at: ConvBNScope(scope, "conv1", "bn1"))
            y = y.convBN(output, kernel: 3, nil, at: ConvBNScope(scope, "conv2", "bn2"))
        case .bottleneck:
            output = 4 * channels
            let inner = channels * width / 64 * cardinality
            y = x.convBN(inner, .relu, at: ConvBNScope(scope, "conv1", "bn1"))
            y = y.convBN(
                inner, kernel: 3, stride: stride, groups: cardinality, .relu,
                at: ConvBNScope(scope, "conv2", "bn2"))
            y = y.convBN(output, nil, at: ConvBNScope(scope, "conv3", "bn3"))
        }
        let isIdentity = stride == 1 && x.channels == output
        let shortcut =
            isIdentity ? x : projection(x, output, stride: stride, at: scope["downsample"])
        return (y + shortcut).activated(.relu)
    }

    /// Option B of section 4.1: shortcuts are projections where the shape changes.
    private func projection(_ x: Value, _ channels: Int, stride: Int, at scope: Scope) -> Value {
        guard isD else {
            return x.convBN(channels, stride: stride, nil, at: ConvBNScope(scope, "0", "1"))
        }
        let halved =
            stride == 1
            ? x : x.averagePool(kernel: 2, stride: 2, countsPadding: false, roundsUp: true)
        return halved.convBN(channels, nil, at: ConvBNScope(scope, "1", "2"))
    }
}
