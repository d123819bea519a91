import PipelineCore

extension GoogLeNet {
    /// The published weights.
    static let published: [PublishedWeights] = [
        // Trained on pixels of -1...1: torchvision normalises as for its other networks, and undoes
        // it by `transform_input`.
        .torchvision(
            "googlenet", "googlenet-1378be20.pth", .bilinear, .half, top1: 69.778, top5: 89.53,
            parameters: 6_624_904, gmacs: 1.498)
    ]
}
