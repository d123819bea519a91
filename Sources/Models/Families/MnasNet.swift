//  MnasNet: Platform-Aware Neural Architecture Search for Mobile
//  Tan, Chen, Pang, Vasudevan, Sandler, Howard and Le, 2018 · https://arxiv.org/abs/1807.11626

package import Networks

/// Inverted residuals arranged by a search that measured latency on a phone.
package struct MnasNet: ModelFamily {
    package static let family = "MnasNet"
    package static let paper = "https://arxiv.org/abs/1807.11626"

    /// A row of figure 7: expansion `t`, kernel `k`, output channels `c`, repeats `n`, stride of the
    /// first repeat `s`, and whether squeeze-and-excitation weighs the channels.
    typealias Row = (t: Int, k: Int, c: Int, n: Int, s: Int, se: Bool)

    // swift-format-ignore
    /// MnasNet-B1, which has no squeeze-and-excitation.
    static let b1: [Row] = [
        (t: 3, k: 3, c:  24, n: 3, s: 2, se: false),  // 56²
        (t: 3, k: 5, c:  40, n: 3, s: 2, se: false),  // 28²
        (t: 6, k: 5, c:  80, n: 3, s: 2, se: false),  // 14²
        (t: 6, k: 3, c:  96, n: 2, s: 1, se: false),  // 14²
        (t: 6, k: 5, c: 192, n: 4, s: 2, se: false),  //  7²
        (t: 6, k: 3, c: 320, n: 1, s: 1, se: false),  //  7²
    ]

    // swift-format-ignore
    /// MnasNet-A1, figure 7.
    static let a1: [Row] = [
        (t: 6, k: 3, c:  24, n: 2, s: 2, se: false),  // 56²
        (t: 3, k: 5, c:  40, n: 3, s: 2, se: true),   // 28²
        (t: 6, k: 3, c:  80, n: 4, s: 2, se: false),  // 14²
        (t: 6, k: 3, c: 112, n: 2, s: 1, se: true),   // 14²
        (t: 6, k: 5, c: 160, n: 3, s: 2, se: true),   //  7²
        (t: 6, k: 3, c: 320, n: 1, s: 1, se: false),  //  7²
    ]

    // swift-format-ignore
    /// MnasNet-small of the authors' code, which begins with 8 channels.
    static let small: [Row] = [
        (t: 3, k: 3, c:  16, n: 1, s: 2, se: false),
        (t: 6, k: 3, c:  16, n: 2, s: 2, se: false),
        (t: 6, k: 5, c:  32, n: 4, s: 2, se: true),
        (t: 6, k: 3, c:  32, n: 3, s: 1, se: true),
        (t: 6, k: 5, c:  88, n: 3, s: 2, se: true),
        (t: 6, k: 3, c: 144, n: 1, s: 1, se: false),
    ]

    var rows = b1
    /// Channels of the first convolution and of the separable one after it.
    var stem = (32, 16)
    /// The depth multiplier α, which scales the channels of every layer but the last.
    var width = 1.0
    var library = Library.torchvision
    package var classes = 1000

    package func logits(of image: Value, weights: Scope) -> Value {
        let isTimm = library == .timm
        let layers = weights["layers"]
        var x = image.convBN(
            scaled(stem.0), kernel: 3, stride: 2, .relu,
            at: isTimm ? ConvBNScope(weights, "conv_stem", "bn1") : ConvBNScope(layers, "0", "1"))
        // SepConv: a depthwise filter, and a projection with no activation after.
        let first = weights["blocks"][0][0]
        let isKept = stem.0 == stem.1
        let y = x.convBN(
            x.channels, kernel: 3, groups: x.channels, .relu,
            at: isTimm ? ConvBNScope(first, "conv_dw", "bn1") : ConvBNScope(layers, "3", "4")
        ).convBN(
            scaled(stem.1), nil,
            at: isTimm ? ConvBNScope(first, "conv_pw", "bn2") : ConvBNScope(layers, "6", "7"))
        x = isKept ? x + y : y
        for (stage, row) in rows.enumerated() {
            for index in 0..<row.n {
                let block = InvertedResidual(
                    hidden: row.t * x.channels, channels: scaled(row.c), kernel: row.k,
                    stride: index == 0 ? row.s : 1, activation: .relu,
                    squeeze: row.se
                        ? .init(channels: x.channels / 4, activation: .relu, gate: .sigmoid) : nil,
                    framework: .pytorch)
                x =
                    isTimm
                    ? block.applied(to: x, in: weights["blocks"][stage + 1][index], .timm)
                    : block.applied(to: x, in: layers[stage + 8][index], .mnasNet)
            }
        }
        x = x.convBN(
            1280, .relu,
            at: isTimm ? ConvBNScope(weights, "conv_head", "bn2") : ConvBNScope(layers, "14", "15"))
        let classifier = weights["classifier"]
        return x.globalAveragePool().linear(classes, at: isTimm ? classifier : classifier[1])
    }

    private func scaled(_ channels: Int) -> Int {
        rounded(Double(channels) * width, toMultipleOf: 8)
    }
}

extension MnasNet {
    static let architectures =
        [("mnasnet0_5", 0.5), ("mnasnet0_75", 0.75), ("mnasnet1_0", 1), ("mnasnet1_3", 1.3)]
        .map { Architecture($0, MnasNet(width: $1)) }
        + [("050", 0.5), ("075", 0.75), ("100", 1), ("140", 1.4)].flatMap { percent, width in
            [("mnasnet_", b1), ("semnasnet_", a1)].map { prefix, rows in
                Architecture(
                    prefix + percent, .timm, MnasNet(rows: rows, width: width, library: .timm))
            }
        }
        + [
            Architecture(
                "mnasnet_small", .timm, MnasNet(rows: small, stem: (8, 8), library: .timm))
        ]
}
