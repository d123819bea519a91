extension VGG {
    /// The published weights.
    static let published: [PublishedWeights] = [
        .torchvision(
            "vgg11", "vgg11-8a719046.pth", top1: 69.02, top5: 88.628, parameters: 132_863_336,
            gmacs: 7.609),
        .torchvision(
            "vgg11_bn", "vgg11_bn-6002323d.pth", top1: 70.37, top5: 89.81, parameters: 132_868_840,
            gmacs: 7.609),
        .torchvision(
            "vgg13", "vgg13-19584684.pth", top1: 69.928, top5: 89.246, parameters: 133_047_848,
            gmacs: 11.308),
        .torchvision(
            "vgg13_bn", "vgg13_bn-abd245e5.pth", top1: 71.586, top5: 90.374,
            parameters: 133_053_736, gmacs: 11.308),
        .torchvision(
            "vgg16", "vgg16-397923af.pth", top1: 71.592, top5: 90.382, parameters: 138_357_544,
            gmacs: 15.47),
        .torchvision(
            "vgg16_bn", "vgg16_bn-6c64b313.pth", top1: 73.36, top5: 91.516, parameters: 138_365_992,
            gmacs: 15.47),
        .torchvision(
            "vgg19", "vgg19-dcbb9e9d.pth", top1: 72.376, top5: 90.876, parameters: 143_667_240,
            gmacs: 19.632),
        .torchvision(
            "vgg19_bn", "vgg19_bn-c79401a0.pth", top1: 74.218, top5: 91.842,
            parameters: 143_678_248, gmacs: 19.632),
    ]
}
