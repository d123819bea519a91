//  Rethinking the Inception Architecture for Computer Vision
//  Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, 2015 · https://arxiv.org/abs/1512.00567

package import Networks

/// Inception modules whose large kernels are taken apart into rows and columns.
///
/// The auxiliary head serves training alone and is not built; a checkpoint may hold it.
package struct InceptionV3: ModelFamily {
    package static let family = "Inception-v3"
    package static let paper = "https://arxiv.org/abs/1512.00567"
    package static let auxiliaryPrefixes = ["AuxLogits."]
    package var classes = 1000

    /// One convolution of a branch: its name, channels, kernel and whether it halves the map.
    private typealias Unit = (name: String, c: Int, kernel: Extent, stride: Int)

    private static let one = Extent(1, 1)
    private static let three = Extent(3, 3)
    private static let five = Extent(5, 5)

    package func logits(of image: Value, weights: Scope) -> Value {
        // Table 1, up to the first inception module.
        var x = unit(image, 32, Self.three, stride: 2, padding: .none, at: weights["Conv2d_1a_3x3"])
        x = unit(x, 32, Self.three, padding: .none, at: weights["Conv2d_2a_3x3"])
        x = unit(x, 64, Self.three, at: weights["Conv2d_2b_3x3"])
        x = x.maxPool(kernel: 3, stride: 2)
        x = unit(x, 80, Self.one, at: weights["Conv2d_3b_1x1"])
        x = unit(x, 192, Self.three, padding: .none, at: weights["Conv2d_4a_3x3"])
        x = x.maxPool(kernel: 3, stride: 2)
        for (name, pooled) in [("Mixed_5b", 32), ("Mixed_5c", 64), ("Mixed_5d", 64)] {
            x = figure5(x, pooled: pooled, at: weights[name])
        }
        x = reduction(
            x,
            [
                [("branch3x3", 384, Self.three, 2)],
                [
                    ("branch3x3dbl_1", 64, Self.one, 1), ("branch3x3dbl_2", 96, Self.three, 1),
                    ("branch3x3dbl_3", 96, Self.three, 2),
                ],
            ], at: weights["Mixed_6a"])
        for (name, n) in [
            ("Mixed_6b", 128), ("Mixed_6c", 160), ("Mixed_6d", 160), ("Mixed_6e", 192),
        ] {
            x = figure6(x, n: n, at: weights[name])
        }
        x = reduction(
            x,
            [
                [("branch3x3_1", 192, Self.one, 1), ("branch3x3_2", 320, Self.three, 2)],
                [
                    ("branch7x7x3_1", 192, Self.one, 1), ("branch7x7x3_2", 192, Extent(1, 7), 1),
                    ("branch7x7x3_3", 192, Extent(7, 1), 1), ("branch7x7x3_4", 192, Self.three, 2),
                ],
            ], at: weights["Mixed_7a"])
        for name in ["Mixed_7b", "Mixed_7c"] { x = figure7(x, at: weights[name]) }
        return x.globalAveragePool().linear(classes, at: weights["fc"])
    }

    /// Figure 5: 5×5 kernels as two of 3×3.
    ///
    /// The middle branch keeps its 5×5, as in the weights.
    private func figure5(_ x: Value, pooled: Int, at module: Scope) -> Value {
        .concatenated(
            branch(x, [("branch1x1", 64, Self.one, 1)], at: module),
            [
                branch(
                    x, [("branch5x5_1", 48, Self.one, 1), ("branch5x5_2", 64, Self.five, 1)],
                    at: module),
                branch(
                    x,
                    [
                        ("branch3x3dbl_1", 64, Self.one, 1), ("branch3x3dbl_2", 96, Self.three, 1),
                        ("branch3x3dbl_3", 96, Self.three, 1),
                    ], at: module),
                poolBranch(x, pooled, at: module),
            ])
    }

    /// Figure 6: 7×7 kernels as rows and columns of 7, over `n` channels.
    private func figure6(_ x: Value, n: Int, at module: Scope) -> Value {
        let (row, column) = (Extent(1, 7), Extent(7, 1))
        return .concatenated(
            branch(x, [("branch1x1", 192, Self.one, 1)], at: module),
            [
                branch(
                    x,
                    [
                        ("branch7x7_1", n, Self.one, 1), ("branch7x7_2", n, row, 1),
                        ("branch7x7_3", 192, column, 1),
                    ], at: module),
                branch(
                    x,
                    [
                        ("branch7x7dbl_1", n, Self.one, 1), ("branch7x7dbl_2", n, column, 1),
                        ("branch7x7dbl_3", n, row, 1), ("branch7x7dbl_4", n, column, 1),
                        ("branch7x7dbl_5", 192, row, 1),
                    ], at: module),
                poolBranch(x, 192, at: module),
            ])
    }

    /// Figure 7: 3×3 kernels as a row and a column side by side.
    private func figure7(_ x: Value, at module: Scope) -> Value {
        let single = branch(x, [("branch3x3_1", 384, Self.one, 1)], at: module)
        let double = branch(
            x, [("branch3x3dbl_1", 448, Self.one, 1), ("branch3x3dbl_2", 384, Self.three, 1)],
            at: module)
        func rowAndColumn(_ x: Value, _ name: String) -> Value {
            .concatenated(
                branch(x, [(name + "a", 384, Extent(1, 3), 1)], at: module),
                [branch(x, [(name + "b", 384, Extent(3, 1), 1)], at: module)])
        }
        return .concatenated(
            branch(x, [("branch1x1", 320, Self.one, 1)], at: module),
            [
                rowAndColumn(single, "branch3x3_2"), rowAndColumn(double, "branch3x3dbl_3"),
                poolBranch(x, 192, at: module),
            ])
    }

    /// Figure 10: convolutions and a pool of stride 2, side by side.
    private func reduction(_ x: Value, _ branches: [[Unit]], at module: Scope) -> Value {
        let pooled = x.maxPool(kernel: 3, stride: 2)
        let values = branches.map { branch(x, $0, at: module) } + [pooled]
        return .concatenated(values[0], Array(values.dropFirst()))
    }

    private func poolBranch(_ x: Value, _ channels: Int, at module: Scope) -> Value {
        unit(
            x.averagePool(kernel: 3, stride: 1, padding: .half), channels, Self.one,
            at: module["branch_pool"])
    }

    private func branch(_ x: Value, _ units: [Unit], at module: Scope) -> Value {
        units.reduce(x) { x, layer in
            unit(
                x, layer.c, layer.kernel, stride: layer.stride,
                padding: layer.stride == 1 ? .half : .none, at: module[layer.name])
        }
    }

    private func unit(
        _ x: Value, _ channels: Int, _ kernel: Extent, stride: Int = 1,
        padding: PaddingRule = .half, at scope: Scope
    ) -> Value {
        x.conv(
            channels, kernel: kernel, stride: .square(stride), padding: padding, at: scope["conv"]
        ).batchNorm(epsilon: 1e-3, at: scope["bn"]).activated(.relu)
    }
}

extension InceptionV3 {
    static let architectures = [Library.torchvision, .timm].map {
        Architecture("inception_v3", $0, InceptionV3(), size: 299)
    }
}
