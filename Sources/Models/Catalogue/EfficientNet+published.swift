import PipelineCore

extension EfficientNet {
    /// The published weights.
    static let published: [PublishedWeights] = [
        .torchvision(
            "efficientnet_b0", "efficientnet_b0_rwightman-7f5810bc.pth", .bicubic, top1: 77.692,
            top5: 93.532, parameters: 5_288_548, gmacs: 0.386),
        .torchvision(
            "efficientnet_b1.imagenet1k_v1", "efficientnet_b1_rwightman-bac287d4.pth", crop: 240,
            .bicubic, top1: 78.642, top5: 94.186, parameters: 7_794_184, gmacs: 0.687),
        .torchvision(
            "efficientnet_b1", "efficientnet_b1-c27df63c.pth", crop: 240, resize: 255, top1: 79.838,
            top5: 94.934, parameters: 7_794_184, gmacs: 0.687),
        .torchvision(
            "efficientnet_b2", "efficientnet_b2_rwightman-c35c1473.pth", crop: 288, resize: 288,
            .bicubic, top1: 80.608, top5: 95.31, parameters: 9_109_994, gmacs: 1.088),
        .torchvision(
            "efficientnet_b3", "efficientnet_b3_rwightman-b3899882.pth", crop: 300, resize: 320,
            .bicubic, top1: 82.008, top5: 96.054, parameters: 12_233_232, gmacs: 1.827),
        .torchvision(
            "efficientnet_b4", "efficientnet_b4_rwightman-23ab8bcd.pth", crop: 380, resize: 384,
            .bicubic, top1: 83.384, top5: 96.594, parameters: 19_341_616, gmacs: 4.394),
        .torchvision(
            "efficientnet_b5", "efficientnet_b5_lukemelas-1a07897c.pth", crop: 456, resize: 456,
            .bicubic, top1: 83.444, top5: 96.628, parameters: 30_389_784, gmacs: 10.266),
        .torchvision(
            "efficientnet_b6", "efficientnet_b6_lukemelas-24a108a5.pth", crop: 528, resize: 528,
            .bicubic, top1: 84.008, top5: 96.916, parameters: 43_040_704, gmacs: 19.068),
        .torchvision(
            "efficientnet_b7", "efficientnet_b7_lukemelas-c5b4e57e.pth", crop: 600, resize: 600,
            .bicubic, top1: 84.122, top5: 96.908, parameters: 66_347_960, gmacs: 37.746),
        .timm(
            "efficientnet_b0.ra_in1k", "efficientnet_b0_ra-3dd342df.pth", .bicubic, top1: 77.694,
            top5: 93.532, parameters: 5_288_548, gmacs: 0.386),
        .timm(
            "tf_efficientnet_b0.in1k", "tf_efficientnet_b0-0af12548.pth", .bicubic, top1: 76.532,
            top5: 93.008, parameters: 5_288_548, gmacs: 0.386),
        .timm(
            "tf_efficientnet_b0.ns_jft_in1k", "tf_efficientnet_b0_ns-c0e6a31c.pth", .bicubic,
            top1: 78.67, top5: 94.374, parameters: 5_288_548, gmacs: 0.386),
        .timm(
            "tf_efficientnet_b1.in1k", "tf_efficientnet_b1-5c1377c4.pth", crop: 240, resize: 272,
            .bicubic, top1: 78.56, top5: 94.094, parameters: 7_794_184, gmacs: 0.687),
        .timm(
            "tf_efficientnet_b1.ns_jft_in1k", "tf_efficientnet_b1_ns-99dd0c41.pth", crop: 240,
            resize: 272, .bicubic, top1: 81.394, top5: 95.736, parameters: 7_794_184, gmacs: 0.687),
        .timm(
            "tf_efficientnet_b2.in1k", "tf_efficientnet_b2-e393ef04.pth", crop: 260, resize: 292,
            .bicubic, top1: 79.604, top5: 94.714, parameters: 9_109_994, gmacs: 0.994),
        .timm(
            "tf_efficientnet_b2.ns_jft_in1k", "tf_efficientnet_b2_ns-00306e48.pth", crop: 260,
            resize: 292, .bicubic, top1: 82.378, top5: 96.254, parameters: 9_109_994, gmacs: 0.994),
        .timm(
            "tf_efficientnet_b3.in1k", "tf_efficientnet_b3-e3bd6955.pth", crop: 300, resize: 331,
            .bicubic, top1: 80.878, top5: 95.3, parameters: 12_233_232, gmacs: 1.827),
        .timm(
            "tf_efficientnet_b3.ns_jft_in1k", "tf_efficientnet_b3_ns-9d44bf68.pth", crop: 300,
            resize: 331, .bicubic, top1: 84.056, top5: 96.918, parameters: 12_233_232, gmacs: 1.827),
        .timm(
            "tf_efficientnet_b4.in1k", "tf_efficientnet_b4-74ee3bed.pth", crop: 380, resize: 412,
            .bicubic, top1: 82.608, top5: 96.128, parameters: 19_341_616, gmacs: 4.394),
        .timm(
            "tf_efficientnet_b4.ns_jft_in1k", "tf_efficientnet_b4_ns-d6313a46.pth", crop: 380,
            resize: 412, .bicubic, top1: 85.162, top5: 97.47, parameters: 19_341_616, gmacs: 4.394),
        .timm(
            "tf_efficientnet_b5.in1k", "tf_efficientnet_b5-c6949ce9.pth", crop: 456, resize: 488,
            .bicubic, top1: 83.176, top5: 96.536, parameters: 30_389_784, gmacs: 10.266),
        .timm(
            "tf_efficientnet_b5.ns_jft_in1k", "tf_efficientnet_b5_ns-6f26d0cf.pth", crop: 456,
            resize: 488, .bicubic, top1: 86.088, top5: 97.754, parameters: 30_389_784, gmacs: 10.266
        ),
        .timm(
            "tf_efficientnet_b6.aa_in1k", "tf_efficientnet_b6_aa-80ba17e4.pth", crop: 528,
            resize: 560, .bicubic, top1: 84.116, top5: 96.884, parameters: 43_040_704, gmacs: 19.068
        ),
        .timm(
            "tf_efficientnet_b6.ns_jft_in1k", "tf_efficientnet_b6_ns-51548356.pth", crop: 528,
            resize: 560, .bicubic, top1: 86.456, top5: 97.884, parameters: 43_040_704, gmacs: 19.068
        ),
        .timm(
            "tf_efficientnet_b7.ns_jft_in1k", "tf_efficientnet_b7_ns-1dbc32de.pth", crop: 600,
            resize: 632, .bicubic, top1: 86.84, top5: 98.094, parameters: 66_347_960, gmacs: 37.746),
        .timm(
            "tf_efficientnet_b7.ra_in1k", "tf_efficientnet_b7_ra-6c08e654.pth", crop: 600,
            resize: 632, .bicubic, top1: 84.932, top5: 97.208, parameters: 66_347_960, gmacs: 37.746
        ),
        .timm(
            "tf_efficientnet_b8.ra_in1k", "tf_efficientnet_b8_ra-572d5dd9.pth", crop: 672,
            resize: 704, .bicubic, top1: 85.368, top5: 97.394, parameters: 87_413_142, gmacs: 62.597
        ),
    ]
}
