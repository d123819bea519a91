import PipelineCore

extension InceptionV3 {
    /// The published weights.
    static let published: [PublishedWeights] = [
        // torchvision normalises as for its other networks and undoes it by `transform_input`.
        .torchvision(
            "inception_v3", "inception_v3_google-0cc3c7bd.pth", crop: 299, resize: 342, .bilinear,
            .half, top1: 77.294, top5: 93.45, parameters: 23_834_568, gmacs: 5.713)
    ]
}
