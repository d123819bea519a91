extension ResNet {
    // swift-format-ignore
    /// torchvision and timm name the parameters alike.
    private static let shared: [(String, ResNet)] = [
        ("resnet18", ResNet(block: .basic, blocks: [2, 2, 2, 2])),
        ("resnet34", ResNet(block: .basic, blocks: [3, 4, 6, 3])),
        ("resnet50", ResNet(blocks: [3, 4, 6, 3])),
        ("resnet101", ResNet(blocks: [3, 4, 23, 3])),
        ("resnet152", ResNet(blocks: [3, 8, 36, 3])),
        ("resnext50_32x4d", ResNet(blocks: [3, 4, 6, 3], cardinality: 32, width: 4)),
        ("resnext101_32x8d", ResNet(blocks: [3, 4, 23, 3], cardinality: 32, width: 8)),
        ("resnext101_64x4d", ResNet(blocks: [3, 4, 23, 3], cardinality: 64, width: 4)),
        ("wide_resnet50_2", ResNet(blocks: [3, 4, 6, 3], width: 128)),
        ("wide_resnet101_2", ResNet(blocks: [3, 4, 23, 3], width: 128)),
    ]

    /// What timm has besides.
    private static let timm: [(String, ResNet)] = [
        ("resnet26", ResNet(blocks: [2, 2, 2, 2])),
        ("resnet200", ResNet(blocks: [3, 24, 36, 3])),
        ("resnext101_32x4d", ResNet(blocks: [3, 4, 23, 3], cardinality: 32, width: 4)),
        ("resnext101_32x16d", ResNet(blocks: [3, 4, 23, 3], cardinality: 32, width: 16)),
        ("resnet18d", ResNet(block: .basic, blocks: [2, 2, 2, 2], isD: true)),
        ("resnet26d", ResNet(blocks: [2, 2, 2, 2], isD: true)),
        ("resnet34d", ResNet(block: .basic, blocks: [3, 4, 6, 3], isD: true)),
        ("resnet50d", ResNet(blocks: [3, 4, 6, 3], isD: true)),
        ("resnet101d", ResNet(blocks: [3, 4, 23, 3], isD: true)),
        ("resnet152d", ResNet(blocks: [3, 8, 36, 3], isD: true)),
        ("resnext50d_32x4d", ResNet(blocks: [3, 4, 6, 3], cardinality: 32, width: 4, isD: true)),
    ]

    /// Where timm runs a network on larger images than the others.
    private static let timmSizes = ["resnet101d": 256, "resnet152d": 256]

    static let architectures =
        shared.map { Architecture($0, .torchvision, $1) }
        + (shared + timm).map { Architecture($0, .timm, $1, size: timmSizes[$0] ?? 224) }
}
