//  Going Deeper with Convolutions
//  Szegedy, Liu, Jia, Sermanet, Reed, Anguelov, Erhan, Vanhoucke and Rabinovich, 2014
//  https://arxiv.org/abs/1409.4842

package import Networks

/// Inception modules: kernels of several sizes side by side, behind 1×1 reductions.
///
/// BatchNorm follows each convolution, which the paper does not have. Auxiliary heads serve
/// training alone and are not built; a checkpoint may hold them.
package struct GoogLeNet: ModelFamily {
    package static let family = "GoogLeNet"
    package static let paper = "https://arxiv.org/abs/1409.4842"
    package static let auxiliaryPrefixes = ["aux1.", "aux2."]
    package var classes = 1000

    /// A row of table 1: an inception module's channels, or a max pool where `pool` says its kernel.
    private struct Row {
        var name: String
        var pool: Int?
        var c1x1 = 0, r3x3 = 0, c3x3 = 0, r5x5 = 0, c5x5 = 0, poolProj = 0
    }

    // swift-format-ignore
    /// Table 1, from inception (3a) on.
    private static let table1 = [
        Row(name: "3a", c1x1:  64, r3x3:  96, c3x3: 128, r5x5: 16, c5x5:  32, poolProj:  32),  // 28²
        Row(name: "3b", c1x1: 128, r3x3: 128, c3x3: 192, r5x5: 32, c5x5:  96, poolProj:  64),
        Row(name: "maxpool3", pool: 3),
        Row(name: "4a", c1x1: 192, r3x3:  96, c3x3: 208, r5x5: 16, c5x5:  48, poolProj:  64),  // 14²
        Row(name: "4b", c1x1: 160, r3x3: 112, c3x3: 224, r5x5: 24, c5x5:  64, poolProj:  64),
        Row(name: "4c", c1x1: 128, r3x3: 128, c3x3: 256, r5x5: 24, c5x5:  64, poolProj:  64),
        Row(name: "4d", c1x1: 112, r3x3: 144, c3x3: 288, r5x5: 32, c5x5:  64, poolProj:  64),
        Row(name: "4e", c1x1: 256, r3x3: 160, c3x3: 320, r5x5: 32, c5x5: 128, poolProj: 128),
        // Table 1 has a 3×3 pool here; torchvision's weights were trained with 2×2.
        Row(name: "maxpool4", pool: 2),
        Row(name: "5a", c1x1: 256, r3x3: 160, c3x3: 320, r5x5: 32, c5x5: 128, poolProj: 128),  //  7²
        Row(name: "5b", c1x1: 384, r3x3: 192, c3x3: 384, r5x5: 48, c5x5: 128, poolProj: 128),
    ]

    package func logits(of image: Value, weights: Scope) -> Value {
        var x = unit(image, 64, kernel: 7, stride: 2, at: weights["conv1"])
            .maxPool(kernel: 3, stride: 2, roundsUp: true)
        x = unit(x, 64, at: weights["conv2"])
        x = unit(x, 192, kernel: 3, at: weights["conv3"])
            .maxPool(kernel: 3, stride: 2, roundsUp: true)
        for row in Self.table1 {
            if let kernel = row.pool {
                x = x.maxPool(kernel: kernel, stride: 2, roundsUp: true)
            } else {
                x = inception(x, row, at: weights["inception" + row.name])
            }
        }
        return x.globalAveragePool().linear(classes, at: weights["fc"])
    }

    /// Figure 2b.
    ///
    /// Behind the second reduction the paper has 5×5 kernels; torchvision's weights were
    /// trained with 3×3 (models/googlenet.py).
    private func inception(_ x: Value, _ row: Row, at module: Scope) -> Value {
        let branch2 = module["branch2"]
        let branch3 = module["branch3"]
        let three = unit(x, row.r3x3, at: branch2[0])
        let five = unit(x, row.r5x5, at: branch3[0])
        let pooled = x.maxPool(kernel: 3, stride: 1, padding: .half, roundsUp: true)
        return .concatenated(
            unit(x, row.c1x1, at: module["branch1"]),
            [
                unit(three, row.c3x3, kernel: 3, at: branch2[1]),
                unit(five, row.c5x5, kernel: 3, at: branch3[1]),
                unit(pooled, row.poolProj, at: module["branch4"][1]),
            ])
    }

    private func unit(
        _ x: Value, _ channels: Int, kernel: Int = 1, stride: Int = 1, at scope: Scope
    ) -> Value {
        x.convBN(
            channels, kernel: kernel, stride: stride, .relu,
            by: Framework(padding: .half, epsilon: 1e-3), at: ConvBNScope(scope, "conv", "bn"))
    }
}

extension GoogLeNet {
    static let architectures = [Architecture("googlenet", GoogLeNet())]
}
