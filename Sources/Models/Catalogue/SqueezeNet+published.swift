extension SqueezeNet {
    /// The published weights.
    static let published: [PublishedWeights] = [
        .torchvision(
            "squeezenet1_0", "squeezenet1_0-b66bff10.pth", top1: 58.092, top5: 80.42,
            parameters: 1_248_424, gmacs: 0.819),
        .torchvision(
            "squeezenet1_1", "squeezenet1_1-b8a52dc0.pth", top1: 58.178, top5: 80.624,
            parameters: 1_235_496, gmacs: 0.349),
    ]
}
