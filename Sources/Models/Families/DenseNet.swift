//  Densely Connected Convolutional Networks
//  Huang, Liu, van der Maaten and Weinberger, 2016 · https://arxiv.org/abs/1608.06993

package import Networks

/// Every layer reads what all layers of its block before it have found.
package struct DenseNet: ModelFamily {
    package static let family = "DenseNet"
    package static let paper = "https://arxiv.org/abs/1608.06993"

    /// The growth rate k: channels that a layer adds.
    var k = 32
    /// Table 1: layers of each block.
    var blocks: [Int]
    /// Whether layers are spelt as in torchvision's published files, `norm.1` for `norm1`, which
    /// torchvision renames while it loads them.
    var isPublished = false
    package var classes = 1000

    package func logits(of image: Value, weights: Scope) -> Value {
        let features = weights["features"]
        var x = image.conv(2 * k, kernel: 7, stride: 2, at: features["conv0"])
            .batchNorm(at: features["norm0"]).activated(.relu)
            .maxPool(kernel: 3, stride: 2, padding: .half)
        for (index, n) in blocks.enumerated() {
            let block = features["denseblock\(index + 1)"]
            for layer in 0..<n {
                x = .concatenated(x, [grown(x, at: block["denselayer\(layer + 1)"])])
            }
            if index < blocks.count - 1 {
                x = transition(x, at: features["transition\(index + 1)"])
            }
        }
        return x.batchNorm(at: features["norm5"]).activated(.relu)
            .globalAveragePool().linear(classes, at: weights["classifier"])
    }

    /// DenseNet-B: `k` channels behind a bottleneck of 4k.
    private func grown(_ x: Value, at layer: Scope) -> Value {
        func part(_ name: String, _ number: Int) -> Scope {
            isPublished ? layer[name][number] : layer["\(name)\(number)"]
        }
        return x.batchNorm(at: part("norm", 1)).activated(.relu)
            .conv(4 * k, kernel: 1, at: part("conv", 1))
            .batchNorm(at: part("norm", 2)).activated(.relu)
            .conv(k, kernel: 3, at: part("conv", 2))
    }

    /// DenseNet-C: half the channels, half the height and width.
    private func transition(_ x: Value, at scope: Scope) -> Value {
        x.batchNorm(at: scope["norm"]).activated(.relu)
            .conv(x.channels / 2, kernel: 1, at: scope["conv"]).averagePool(kernel: 2, stride: 2)
    }
}

extension DenseNet {
    private static let variants: [(name: String, model: DenseNet)] = [
        ("densenet121", DenseNet(blocks: [6, 12, 24, 16])),
        ("densenet161", DenseNet(k: 48, blocks: [6, 12, 36, 24])),
        ("densenet169", DenseNet(blocks: [6, 12, 32, 32])),
        ("densenet201", DenseNet(blocks: [6, 12, 48, 32])),
    ]

    static let architectures =
        [Library.torchvision, .timm, .torchvisionFiles].flatMap { library in
            variants.map { name, model in
                var model = model
                model.isPublished = library == .torchvisionFiles
                return Architecture(name, library, model)
            }
        }
}
