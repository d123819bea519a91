import Networks

/// The cells of NASNet-A: five blocks, each the sum of two operations on earlier results.
///
/// `h` is the cell's own input and `previous` the input of the cell before it, the paper's hᵢ and
/// hᵢ₋₁. Padding is TensorFlow's throughout; the ports that pad and crop by hand come to the same.
struct NASNetCell {
    /// Channels of each operation.
    let filters: Int
    /// Whether a halving mean counts padding as zeros.
    let countsPadding: Bool
    /// The cell's scope.
    let scope: Scope

    private static let framework = Framework.tensorflow

    /// Figure 4, the normal cell.
    func normal(_ h: Value, previous: Value, isFirst: Bool) -> Value {
        // The first cell of a stage meets a previous map of twice its height and width.
        let left =
            isFirst
            ? factorised(previous, 2 * (filters / 2)) : mixed(previous, at: scope["conv_prev_1x1"])
        let right = mixed(h, at: scope["conv_1x1"])
        let blocks = [
            separable(right, 5, at: "0_left") + separable(left, 3, at: "0_right"),
            separable(left, 5, at: "1_left") + separable(left, 3, at: "1_right"),
            mean(right) + left,
            mean(left) + mean(left),
            separable(right, 3, at: "4_left") + right,
        ]
        return .concatenated(left, blocks)
    }

    /// Figure 4, the reduction cell.
    func reduction(_ h: Value, previous: Value) -> Value {
        reduced(
            mixed(h, at: scope["conv_1x1"]), mixed(previous, at: scope["conv_prev_1x1"]))
    }

    /// The first cell of the stem: a reduction of the image's first map alone.
    func firstStem(_ image: Value) -> Value {
        reduced(mixed(image, at: scope["conv_1x1"]), image, isStem: true)
    }

    /// The second cell of the stem, whose previous map has twice the height and width.
    func secondStem(_ h: Value, previous: Value) -> Value {
        reduced(mixed(h, at: scope["conv_1x1"]), factorised(previous, 2 * (filters / 2)))
    }

    private func reduced(_ left: Value, _ right: Value, isStem: Bool = false) -> Value {
        func halving(_ x: Value, _ kernel: Int, at name: String) -> Value {
            separable(
                x, kernel, stride: 2, middle: isStem && name.hasSuffix("right") ? filters : nil,
                at: name)
        }
        let largest = left.maxPool(kernel: 3, stride: 2, padding: .same)
        let average = left.averagePool(
            kernel: 3, stride: 2, padding: .same, countsPadding: countsPadding)
        let block0 = halving(left, 5, at: "0_left") + halving(right, 7, at: "0_right")
        let block1 = largest + halving(right, 7, at: "1_right")
        let block2 = average + halving(right, 5, at: "2_right")
        let block3 = mean(block0) + block1
        let block4 = separable(block0, 3, at: "4_left") + largest
        return .concatenated(block1, [block2, block3, block4])
    }

    /// ReLU, 1×1 convolution and BatchNorm.
    private func mixed(_ x: Value, at scope: Scope) -> Value {
        x.activated(.relu).convBN(
            filters, nil, by: Self.framework, at: ConvBNScope(scope, "conv", "bn"))
    }

    /// Half the height and width from every second pixel, and from those between them.
    private func factorised(_ x: Value, _ channels: Int) -> Value {
        let x = x.activated(.relu)
        let shifted = x.padded(Padding(bottom: 1, right: 1)).cropped(rows: 1, columns: 1)
        let paths = [x, shifted].enumerated().map { index, x in
            x.averagePool(kernel: 1, stride: 2)
                .conv(channels / 2, kernel: 1, at: scope["path_\(index + 1)"]["conv"])
        }
        return .concatenated(paths[0], [paths[1]])
            .batchNorm(epsilon: Self.framework.epsilon, at: scope["final_path_bn"])
    }

    /// ReLU, separable convolution and BatchNorm, twice: appendix A.4.
    private func separable(
        _ x: Value, _ kernel: Int, stride: Int = 1, middle: Int? = nil, at name: String
    ) -> Value {
        let scope = scope["comb_iter_" + name]
        var y = x
        for (index, channels) in [middle ?? x.channels, filters].enumerated() {
            let part = scope["separable_\(index + 1)"]
            y = y.activated(.relu).conv(
                y.channels, kernel: kernel, stride: index == 0 ? stride : 1, groups: y.channels,
                padding: Self.framework.padding, at: part["depthwise_conv2d"]
            )
            .conv(channels, kernel: 1, at: part["pointwise_conv2d"])
            .batchNorm(epsilon: Self.framework.epsilon, at: scope["bn_sep_\(index + 1)"])
        }
        return y
    }

    private func mean(_ x: Value) -> Value {
        x.averagePool(kernel: 3, stride: 1, padding: .half, countsPadding: false)
    }
}
