//  Xception: Deep Learning with Depthwise Separable Convolutions
//  Chollet, 2016 · https://arxiv.org/abs/1610.02357

package import Networks

/// Inception taken to its end: every channel filtered alone, then mixed.
package struct Xception: ModelFamily {
    package static let family = "Xception"
    package static let paper = "https://arxiv.org/abs/1610.02357"
    package var classes = 1000

    // swift-format-ignore
    /// Figure 5: the separable convolutions of each block by their channels `c`, and whether a pool
    /// of stride `s` ends it.
    private static let figure5: [(c: [Int], s: Int)] = [
        (c: [ 128,  128], s: 2),                                                     // entry flow
        (c: [ 256,  256], s: 2),
        (c: [ 728,  728], s: 2),
        (c: [728, 728, 728], s: 1), (c: [728, 728, 728], s: 1), (c: [728, 728, 728], s: 1),  // middle
        (c: [728, 728, 728], s: 1), (c: [728, 728, 728], s: 1), (c: [728, 728, 728], s: 1),
        (c: [728, 728, 728], s: 1), (c: [728, 728, 728], s: 1),
        (c: [ 728, 1024], s: 2),                                                     // exit flow
    ]

    package func logits(of image: Value, weights: Scope) -> Value {
        var x = image.conv(32, kernel: 3, stride: 2, padding: .none, at: weights["conv1"])
            .batchNorm(at: weights["bn1"]).activated(.relu)
        x = x.conv(64, kernel: 3, padding: .none, at: weights["conv2"])
            .batchNorm(at: weights["bn2"]).activated(.relu)
        for (index, row) in Self.figure5.enumerated() {
            let scope = weights["block\(index + 1)"]
            x = block(x, c: row.c, s: row.s, isFirst: index == 0, at: scope)
        }
        for (number, c) in [(3, 1536), (4, 2048)] {
            x = separable(x, c, at: weights["conv\(number)"])
                .batchNorm(at: weights["bn\(number)"]).activated(.relu)
        }
        return x.globalAveragePool().linear(classes, at: weights["fc"])
    }

    /// ReLU comes before each separable convolution, but not before the network's first.
    private func block(_ x: Value, c: [Int], s: Int, isFirst: Bool, at scope: Scope) -> Value {
        var layers = scope["rep"].sequential()
        var y = x
        for (index, channels) in c.enumerated() {
            if !(isFirst && index == 0) {
                _ = layers.next()  // ReLU
                y = y.activated(.relu)
            }
            y = separable(y, channels, at: layers.next()).batchNorm(at: layers.next())
        }
        if s != 1 { y = y.maxPool(kernel: 3, stride: s, padding: .half) }
        guard s != 1 || x.channels != y.channels else { return y + x }
        return y + x.convBN(y.channels, stride: s, nil, at: ConvBNScope(scope, "skip", "skipbn"))
    }

    private func separable(_ x: Value, _ channels: Int, at scope: Scope) -> Value {
        x.conv(x.channels, kernel: 3, groups: x.channels, at: scope["conv1"])
            .conv(channels, kernel: 1, at: scope["pointwise"])
    }
}

extension Xception {
    static let architectures = ["legacy_xception", "xception"].map {
        Architecture($0, .timm, Xception(), size: 299)
    }
}
