import PipelineCore

extension Xception {
    /// The published weights.
    static let published: [PublishedWeights] = [
        .timm(
            "legacy_xception.tf_in1k", "xception-43020ad28.pth", in: .cadene, crop: 299,
            resize: 333, .bicubic, .half, top1: 79.04, top5: 94.382, parameters: 22_855_952,
            gmacs: 8.357)
    ]
}
