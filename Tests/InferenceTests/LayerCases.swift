import Networks
import Testing

/// A layer, or a few that belong together, over an odd shape.
struct LayerCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let network: Network

    init(
        _ name: String, channels: Int, height: Int, width: Int,
        _ build: (Value) -> Value
    ) {
        let shape = Shape(channels: channels, height: height, width: width)
        testDescription = "\(name) over \(shape)"
        network = Network(input: shape, build)
    }
}

extension LayerCase {
    /// A convolution with an activation, over channels × size.
    private static func conv(
        _ channels: Int, _ size: Int, to outputs: Int, kernel: Extent, stride: Int = 1,
        dilation: Int = 1, groups: Int = 1, _ rule: PaddingRule = .half,
        _ activation: Activation? = nil
    ) -> LayerCase {
        LayerCase(
            "\(kernel)/\(stride) to \(outputs) in \(groups), dilation \(dilation), \(rule)"
                + (activation.map { ", \($0)" } ?? ""),
            channels: channels, height: size, width: size
        ) { image in
            let x = image.conv(
                outputs, kernel: kernel, stride: .square(stride), dilation: .square(dilation),
                groups: groups, padding: rule, bias: true, at: Scope.root["layer"])
            return activation.map(x.activated) ?? x
        }
    }

    /// Convolutions whose outputs see every input channel.
    static let dense: [LayerCase] = [
        conv(1, 7, to: 1, kernel: .square(3)),
        conv(1, 15, to: 17, kernel: .square(5), stride: 2),
        conv(3, 225, to: 16, kernel: .square(3), stride: 2, .same, .relu6),
        conv(3, 15, to: 40, kernel: .square(7), stride: 2),
        conv(3, 16, to: 17, kernel: .square(3), stride: 2, .same),
        conv(17, 1, to: 40, kernel: .square(1)),
        conv(17, 7, to: 17, kernel: .square(3)),
        conv(40, 15, to: 96, kernel: .square(1), .half, .relu),
        conv(40, 7, to: 80, kernel: .square(3), stride: 2, .same, .clamp(low: -0.5, high: 0.75)),
        conv(24, 15, to: 64, kernel: Extent(1, 7)),
        conv(24, 15, to: 48, kernel: Extent(7, 1), .none),
        conv(33, 15, to: 33, kernel: .square(3), dilation: 2),
        conv(
            17, 9, to: 20, kernel: .square(3),
            .exactly(Padding(top: 2, left: 0, bottom: 1, right: 3))),
        conv(1280, 1, to: 100, kernel: .square(1)),
        conv(1280, 7, to: 17, kernel: .square(1)),
        conv(40, 7, to: 1280, kernel: .square(1), .half, .relu6),
        conv(16, 1, to: 24, kernel: .square(3)),
    ]

    /// Convolutions whose outputs see a part of the channels, down to one.
    static let grouped: [LayerCase] = [
        conv(64, 8, to: 32, kernel: .square(3), groups: 4),
        conv(32, 7, to: 32, kernel: .square(3), groups: 8),
        conv(64, 15, to: 64, kernel: .square(3), stride: 2, groups: 2, .half, .relu),
        conv(24, 7, to: 48, kernel: .square(1), groups: 3),
        conv(17, 7, to: 34, kernel: .square(3), groups: 17),
        conv(3, 15, to: 3, kernel: .square(3), groups: 3),
        conv(17, 7, to: 17, kernel: .square(3), groups: 17, .half, .relu6),
        conv(40, 15, to: 40, kernel: .square(5), groups: 40, .half, .relu6),
        conv(33, 9, to: 33, kernel: .square(5), stride: 2, groups: 33, .same),
        conv(96, 15, to: 96, kernel: .square(3), stride: 2, groups: 96, .same, .relu),
        conv(16, 225, to: 16, kernel: .square(3), groups: 16),
        conv(16, 225, to: 16, kernel: .square(5), stride: 2, groups: 16, .same),
        conv(40, 14, to: 40, kernel: .square(7), groups: 40),
        conv(24, 15, to: 24, kernel: .square(7), stride: 2, groups: 24),
        conv(1280, 1, to: 1280, kernel: .square(3), groups: 1280),
        conv(1280, 7, to: 1280, kernel: .square(3), groups: 1280, .half, .clamp(low: -1, high: 1)),
        conv(20, 11, to: 20, kernel: .square(3), dilation: 2, groups: 20),
        conv(20, 11, to: 20, kernel: Extent(1, 5), groups: 20),
        conv(20, 11, to: 20, kernel: .square(2), stride: 3, groups: 20, .none),
    ]

    private static func map(
        _ name: String, _ channels: Int, _ height: Int, _ width: Int,
        _ build: (Value) -> Value
    ) -> LayerCase {
        LayerCase(name, channels: channels, height: height, width: width) { image in
            build(image.conv(image.channels, kernel: 1, at: Scope.root["first"]))
        }
    }

    /// What is not a convolution, behind one.
    static let others: [LayerCase] = [
        map("maximum 3/2", 17, 15, 14) { $0.maxPool(kernel: 3, stride: 2, padding: .half) },
        map("maximum 2/2", 40, 7, 7) { $0.maxPool(kernel: 2, stride: 2, roundsUp: true) },
        map("maximum 3/1", 3, 1, 5) { $0.maxPool(kernel: 3, stride: 1, padding: .half) },
        map("mean 3/1, padding counted", 17, 7, 9) {
            $0.averagePool(kernel: 3, stride: 1, padding: .half)
        },
        map("mean 3/2, padding left out", 40, 15, 15) {
            $0.averagePool(kernel: 3, stride: 2, padding: .half, countsPadding: false)
        },
        map("mean 2/2 rounded up", 17, 7, 7) {
            $0.averagePool(kernel: 2, stride: 2, roundsUp: true)
        },
        map("mean of all", 1280, 7, 7) { $0.globalAveragePool() },
        map("mean of all", 17, 15, 1) { $0.globalAveragePool() },
        map("affine", 17, 7, 5) { x in
            (x.maxPool(kernel: 1, stride: 1)).batchNorm(at: Scope.root["norm"]).activated(.relu)
        },
        map("sum", 40, 7, 5) { x in
            (x.maxPool(kernel: 3, stride: 1, padding: .half)
                + x.maxPool(kernel: 1, stride: 1)).activated(.relu)
        },
        map("residual", 24, 15, 15) { x in
            (x + x.conv(24, kernel: 3, at: Scope.root["second"])).activated(.relu6)
        },
        map("residual behind 1×1", 40, 7, 7) { x in
            x
                + x.conv(96, kernel: 1, at: Scope.root["up"]).activated(.relu)
                .conv(40, kernel: 1, at: Scope.root["down"])
        },
        map("weighed channels", 40, 7, 9) { x in
            x
                * x.globalAveragePool().conv(10, kernel: 1, bias: true, at: Scope.root["down"])
                .activated(.relu).conv(40, kernel: 1, bias: true, at: Scope.root["up"])
                .activated(.sigmoid)
        },
        map("product", 17, 7, 9) { x in x * x.maxPool(kernel: 3, stride: 1, padding: .half) },
        map("aligned concatenation", 32, 7, 9) { x in
            Value.concatenated(
                x.conv(16, kernel: 3, at: Scope.root["a"]),
                [x.conv(32, kernel: 1, at: Scope.root["b"]).activated(.relu), x]
            ).conv(20, kernel: 3, at: Scope.root["c"])
        },
        map("concatenation out of step", 17, 7, 9) { x in
            Value.concatenated(
                x.conv(10, kernel: 1, at: Scope.root["a"]),
                [x, x.conv(24, kernel: 3, at: Scope.root["b"]), x]
            ).conv(20, kernel: 3, at: Scope.root["c"])
        },
        map("concatenation of concatenations", 16, 9, 7) { x in
            let y = Value.concatenated(x, [x.conv(16, kernel: 3, at: Scope.root["a"])])
            let z = Value.concatenated(y, [y.conv(16, kernel: 3, at: Scope.root["b"])])
            return z.conv(33, kernel: 3, at: Scope.root["c"])
        },
    ]

    /// Numbers moved about, and pools of unusual extent, behind a convolution.
    static let movements: [LayerCase] = [
        map("part from within a block", 40, 7, 9) { x in
            x.slice(
                at: Offset(channel: 5, row: 2, column: 3), Shape(channels: 30, height: 4, width: 5))
        },
        map("part of whole blocks", 48, 7, 9) { x in
            x.slice(at: Offset(channel: 16), Shape(channels: 32, height: 7, width: 9))
                .conv(17, kernel: 3, at: Scope.root["second"])
        },
        map("border of numbers", 17, 5, 7) { x in
            x.padded(Padding(top: 1, left: 3, bottom: 2), value: 0.5)
        },
        map("shift by a pixel", 17, 8, 7) { x in
            x.padded(Padding(bottom: 1, right: 1)).cropped(rows: 1, columns: 1)
                .conv(17, kernel: 3, at: Scope.root["second"])
        },
        map("maximum of a window wider than a line", 3, 2, 150) { x in
            x.maxPool(Pool(kernel: Extent(2, 140), stride: Extent(1, 3)))
        },
        map("maximum of several lines", 17, 5, 300) { x in
            x.maxPool(kernel: 3, stride: 2, padding: .half)
        },
        map("mean 5/3", 17, 15, 16) { x in
            x.averagePool(kernel: 5, stride: 3, padding: .half, countsPadding: false)
        },
    ]

    /// Layers of transformers, which are computed in floats whatever the rest is, and a mean of so
    /// many numbers that a byte's steps are coarse for it.
    static let inFloats: [LayerCase] = [
        map("mean of a window wider than a line", 17, 2, 150) { x in
            x.averagePool(
                Pool(
                    kernel: Extent(2, 140), stride: Extent(1, 3),
                    padding: Padding(left: 2, right: 2)),
                countsPadding: true)
        },
        map("tokens", 40, 5, 3) { x in
            x.tokens(Tokens(classToken: "class_token", position: "position"))
        },
        map("tokens without a class", 17, 1, 15) { x in
            x.tokens(Tokens(classToken: nil, position: "position"))
        },
        map("layer norm", 40, 3, 5) { x in x.layerNorm(epsilon: 1e-6, at: Scope.root["norm"]) },
        map("layer norm of whole blocks", 64, 1, 15) { x in
            x.layerNorm(epsilon: 1e-6, at: Scope.root["norm"])
        },
        map("attention", 96, 1, 29) { x in
            x.pointwiseLinear(96, at: Scope.root["qkv"]).attention(heads: 2)
        },
        map("attention of heads within blocks", 60, 3, 5) { x in
            x.pointwiseLinear(60, at: Scope.root["qkv"]).attention(heads: 4)
        },
        map("one token of a sequence", 40, 3, 5) { x in
            x.tokens(Tokens(classToken: "class_token", position: "position"))
                .layerNorm(epsilon: 1e-6, at: Scope.root["norm"]).token(0)
                .linear(10, at: Scope.root["head"])
        },
    ]

    /// Each function of one number, over positive and negative ones.
    static let activations: [LayerCase] = [
        Activation.relu, .relu6, .silu, .sigmoid, .hardSwish, .hardSigmoid, .gelu, .tanh,
        .leakyRelu(slope: 0.1), .clamp(low: -0.25, high: 0.5),
    ].map { activation in
        map("\(activation)", 17, 5, 13) { $0.maxPool(kernel: 1, stride: 1).activated(activation) }
    }

    /// Those that are computed in integers where the arithmetic is.
    static let inIntegers = dense + grouped + others + movements + activations

    static let all = inIntegers + inFloats
}
