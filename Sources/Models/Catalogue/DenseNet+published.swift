extension DenseNet {
    /// The published weights.
    static let published: [PublishedWeights] = [
        .torchvision(
            "densenet121", "densenet121-a639ec97.pth", top1: 74.434, top5: 91.972,
            parameters: 7_978_856, gmacs: 2.834),
        .torchvision(
            "densenet161", "densenet161-8d451a50.pth", top1: 77.138, top5: 93.56,
            parameters: 28_681_000, gmacs: 7.728),
        .torchvision(
            "densenet169", "densenet169-b2777c0a.pth", top1: 75.6, top5: 92.806,
            parameters: 14_149_480, gmacs: 3.36),
        .torchvision(
            "densenet201", "densenet201-c1103571.pth", top1: 76.896, top5: 93.37,
            parameters: 20_013_928, gmacs: 4.291),
    ]
}
