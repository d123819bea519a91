extension AlexNet {
    /// The published weights.
    static let published: [PublishedWeights] = [
        .torchvision(
            "alexnet", "alexnet-owt-7be5be79.pth", top1: 56.522, top5: 79.066,
            parameters: 61_100_840, gmacs: 0.714)
    ]
}
