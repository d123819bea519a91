import PipelineCore

extension EfficientNetLite {
    /// The published weights.
    static let published: [PublishedWeights] = [
        .timm(
            "efficientnet_lite0.ra_in1k", "efficientnet_lite0_ra-37913777.pth", .bicubic,
            top1: 75.48, top5: 92.522, parameters: 4_652_008, gmacs: 0.385),
        .timm(
            "tf_efficientnet_lite0.in1k", "tf_efficientnet_lite0-0aa007d2.pth", .bicubic, .half,
            top1: 74.83, top5: 92.172, parameters: 4_652_008, gmacs: 0.385),
        .timm(
            "tf_efficientnet_lite1.in1k", "tf_efficientnet_lite1-bde8b488.pth", crop: 240,
            resize: 272, .bicubic, .half, top1: 76.644, top5: 93.23, parameters: 5_416_680,
            gmacs: 0.6),
        .timm(
            "tf_efficientnet_lite2.in1k", "tf_efficientnet_lite2-dcccb7df.pth", crop: 260,
            resize: 292, .bicubic, .half, top1: 77.464, top5: 93.75, parameters: 6_092_072,
            gmacs: 0.86),
        .timm(
            "tf_efficientnet_lite3.in1k", "tf_efficientnet_lite3-b733e338.pth", crop: 300,
            resize: 331, .bilinear, .half, top1: 79.808, top5: 94.912, parameters: 8_197_096,
            gmacs: 1.608),
        .timm(
            "tf_efficientnet_lite4.in1k", "tf_efficientnet_lite4-741542c3.pth", crop: 380,
            resize: 413, .bilinear, .half, top1: 81.532, top5: 95.664, parameters: 13_006_568,
            gmacs: 3.944),
    ]
}
