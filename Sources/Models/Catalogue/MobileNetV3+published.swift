import PipelineCore

extension MobileNetV3 {
    /// The published weights.
    static let published: [PublishedWeights] = [
        .torchvision(
            "mobilenet_v3_large.imagenet1k_v1", "mobilenet_v3_large-8738ca79.pth", top1: 74.042,
            top5: 91.34, parameters: 5_483_032, gmacs: 0.217),
        .torchvision(
            "mobilenet_v3_large", "mobilenet_v3_large-5c1a4163.pth", resize: 232, top1: 75.274,
            top5: 92.566, parameters: 5_483_032, gmacs: 0.217),
        .torchvision(
            "mobilenet_v3_small", "mobilenet_v3_small-047dcff4.pth", top1: 67.668, top5: 87.402,
            parameters: 2_542_856, gmacs: 0.057),
        .timm(
            "mobilenetv3_large_100.miil_in21k_ft_in1k",
            "mobilenetv3_large_100_1k_miil_78_0-66471c13.pth", in: .tresnet, .bilinear, .none,
            top1: 77.918, top5: 92.914, parameters: 5_483_032, gmacs: 0.217),
        .timm(
            "mobilenetv3_large_100.ra_in1k", "mobilenetv3_large_100_ra-f55367f5.pth", .bicubic,
            top1: 75.766, top5: 92.538, parameters: 5_483_032, gmacs: 0.217),
        .timm(
            "mobilenetv3_small_050.lamb_in1k", "mobilenetv3_small_050_lambc-4b7bbe87.pth", .bicubic,
            top1: 57.91, top5: 80.18, parameters: 1_593_224, gmacs: 0.024),
        .timm(
            "mobilenetv3_small_075.lamb_in1k", "mobilenetv3_small_075_lambc-384766db.pth", .bicubic,
            top1: 65.234, top5: 85.446, parameters: 2_041_872, gmacs: 0.043),
        .timm(
            "mobilenetv3_small_100.lamb_in1k", "mobilenetv3_small_100_lamb-266a294c.pth", .bicubic,
            top1: 67.656, top5: 87.636, parameters: 2_542_856, gmacs: 0.057),
        .timm(
            "tf_mobilenetv3_large_075.in1k", "tf_mobilenetv3_large_075-150ee8b0.pth", .bilinear,
            .half, top1: 73.432, top5: 91.352, parameters: 3_993_528, gmacs: 0.155),
        .timm(
            "tf_mobilenetv3_large_100.in1k", "tf_mobilenetv3_large_100-427764d5.pth", .bilinear,
            .half, top1: 75.516, top5: 92.594, parameters: 5_483_032, gmacs: 0.217),
        .timm(
            "tf_mobilenetv3_large_minimal_100.in1k",
            "tf_mobilenetv3_large_minimal_100-8596ae28.pth", .bilinear, .half, top1: 72.258,
            top5: 90.638, parameters: 3_924_288, gmacs: 0.209),
        .timm(
            "tf_mobilenetv3_small_075.in1k", "tf_mobilenetv3_small_075-da427f52.pth", .bilinear,
            .half, top1: 65.728, top5: 86.126, parameters: 2_041_872, gmacs: 0.043),
        .timm(
            "tf_mobilenetv3_small_100.in1k", "tf_mobilenetv3_small_100-37f49e2b.pth", .bilinear,
            .half, top1: 67.918, top5: 87.674, parameters: 2_542_856, gmacs: 0.057),
        .timm(
            "tf_mobilenetv3_small_minimal_100.in1k",
            "tf_mobilenetv3_small_minimal_100-922a7843.pth", .bilinear, .half, top1: 62.89,
            top5: 84.24, parameters: 2_044_736, gmacs: 0.052),
    ]
}
