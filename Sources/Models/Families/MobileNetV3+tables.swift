import Networks

extension MobileNetV3.Table {
    // swift-format-ignore
    /// Table 1, MobileNetV3-Large.
    static let large = Self(
        rows: [
            (k: 3, exp:  16, out:  16, se: false, nl: .relu,      s: 1),  // 112²
            (k: 3, exp:  64, out:  24, se: false, nl: .relu,      s: 2),  //  56²
            (k: 3, exp:  72, out:  24, se: false, nl: .relu,      s: 1),
            (k: 5, exp:  72, out:  40, se: true,  nl: .relu,      s: 2),  //  28²
            (k: 5, exp: 120, out:  40, se: true,  nl: .relu,      s: 1),
            (k: 5, exp: 120, out:  40, se: true,  nl: .relu,      s: 1),
            (k: 3, exp: 240, out:  80, se: false, nl: .hardSwish, s: 2),  //  14²
            (k: 3, exp: 200, out:  80, se: false, nl: .hardSwish, s: 1),
            (k: 3, exp: 184, out:  80, se: false, nl: .hardSwish, s: 1),
            (k: 3, exp: 184, out:  80, se: false, nl: .hardSwish, s: 1),
            (k: 3, exp: 480, out: 112, se: true,  nl: .hardSwish, s: 1),
            (k: 3, exp: 672, out: 112, se: true,  nl: .hardSwish, s: 1),
            (k: 5, exp: 672, out: 160, se: true,  nl: .hardSwish, s: 2),  //   7²
            (k: 5, exp: 960, out: 160, se: true,  nl: .hardSwish, s: 1),
            (k: 5, exp: 960, out: 160, se: true,  nl: .hardSwish, s: 1),
        ],
        last: (convolution: 960, linear: 1280))

    // swift-format-ignore
    /// Table 2, MobileNetV3-Small.
    static let small = Self(
        rows: [
            (k: 3, exp:  16, out: 16, se: true,  nl: .relu,      s: 2),  // 56²
            (k: 3, exp:  72, out: 24, se: false, nl: .relu,      s: 2),  // 28²
            (k: 3, exp:  88, out: 24, se: false, nl: .relu,      s: 1),
            (k: 5, exp:  96, out: 40, se: true,  nl: .hardSwish, s: 2),  // 14²
            (k: 5, exp: 240, out: 40, se: true,  nl: .hardSwish, s: 1),
            (k: 5, exp: 240, out: 40, se: true,  nl: .hardSwish, s: 1),
            (k: 5, exp: 120, out: 48, se: true,  nl: .hardSwish, s: 1),
            (k: 5, exp: 144, out: 48, se: true,  nl: .hardSwish, s: 1),
            (k: 5, exp: 288, out: 96, se: true,  nl: .hardSwish, s: 2),  //  7²
            (k: 5, exp: 576, out: 96, se: true,  nl: .hardSwish, s: 1),
            (k: 5, exp: 576, out: 96, se: true,  nl: .hardSwish, s: 1),
        ],
        last: (convolution: 576, linear: 1024))
}

extension MobileNetV3 {
    /// torchvision's epsilon is TensorFlow's, its padding is not.
    private static let torchvision = Framework(padding: .half, epsilon: 1e-3)

    static let architectures =
        [("mobilenet_v3_large", Table.large), ("mobilenet_v3_small", .small)].map {
            Architecture(
                $0, MobileNetV3(table: $1, framework: torchvision, library: .torchvision))
        }
        + [
            ("large_075", Table.large, 0.75), ("large_100", .large, 1),
            ("small_050", .small, 0.5), ("small_075", .small, 0.75), ("small_100", .small, 1),
        ].map {
            Architecture(
                "mobilenetv3_\($0)", .timm,
                MobileNetV3(table: $1, width: $2, framework: .pytorch))
        }
        + [
            ("large_075", Table.large, 0.75, false), ("large_100", .large, 1, false),
            ("large_minimal_100", .large, 1, true), ("small_075", .small, 0.75, false),
            ("small_100", .small, 1, false), ("small_minimal_100", .small, 1, true),
        ].map {
            Architecture(
                "tf_mobilenetv3_\($0)", .timm,
                MobileNetV3(table: $1, width: $2, isMinimal: $3, framework: .tensorflow))
        }
}
