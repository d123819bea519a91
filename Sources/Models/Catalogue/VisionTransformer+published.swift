import PipelineCore

extension VisionTransformer {
    /// The published weights.
    static let published: [PublishedWeights] = [
        .torchvision(
            "vit_b_16", "vit_b_16-c867db91.pth", top1: 81.072, top5: 95.318, parameters: 86_567_656,
            gmacs: 17.564),
        .torchvision(
            "vit_b_16.imagenet1k_swag_e2e_v1", "vit_b_16_swag-9ac1b537.pth", crop: 384, resize: 384,
            .bicubic, top1: 85.304, top5: 97.65, parameters: 86_859_496, gmacs: 55.484,
            licence: "CC-BY-NC-4.0"),
        .torchvision(
            "vit_b_16.imagenet1k_swag_linear_v1", "vit_b_16_lc_swag-4e70ced5.pth", resize: 224,
            .bicubic, top1: 81.886, top5: 96.18, parameters: 86_567_656, gmacs: 17.564,
            licence: "CC-BY-NC-4.0"),
        .torchvision(
            "vit_b_32", "vit_b_32-d86f8d99.pth", top1: 75.912, top5: 92.466, parameters: 88_224_232,
            gmacs: 4.409),
        .torchvision(
            "vit_l_16", "vit_l_16-852ce7e3.pth", resize: 242, top1: 79.662, top5: 94.638,
            parameters: 304_326_632, gmacs: 61.555),
        .torchvision(
            "vit_l_16.imagenet1k_swag_e2e_v1", "vit_l_16_swag-4f3808c9.pth", crop: 512, resize: 512,
            .bicubic, top1: 88.064, top5: 98.512, parameters: 305_174_504, gmacs: 361.986,
            licence: "CC-BY-NC-4.0"),
        .torchvision(
            "vit_l_16.imagenet1k_swag_linear_v1", "vit_l_16_lc_swag-4d563306.pth", resize: 224,
            .bicubic, top1: 85.146, top5: 97.422, parameters: 304_326_632, gmacs: 61.555,
            licence: "CC-BY-NC-4.0"),
        .torchvision(
            "vit_l_32", "vit_l_32-c7638314.pth", top1: 76.972, top5: 93.07, parameters: 306_535_400,
            gmacs: 15.378),
        .torchvision(
            "vit_h_14", "vit_h_14_swag-80465313.pth", crop: 518, resize: 518, .bicubic,
            top1: 88.552, top5: 98.694, parameters: 633_470_440, gmacs: 1016.717,
            licence: "CC-BY-NC-4.0"),
        .torchvision(
            "vit_h_14.imagenet1k_swag_linear_v1", "vit_h_14_lc_swag-c1eb923e.pth", resize: 224,
            .bicubic, top1: 85.708, top5: 97.73, parameters: 632_045_800, gmacs: 167.295,
            licence: "CC-BY-NC-4.0"),
        .timm(
            "vit_base_patch16_224.orig_in21k_ft_in1k", "jx_vit_base_p16_224-80ecf9dd.pth",
            in: .vision, resize: 248, .bicubic, .half, top1: 81.786, top5: 96.124,
            parameters: 86_567_656, gmacs: 17.564),
        .timm(
            "vit_base_patch16_384.orig_in21k_ft_in1k", "jx_vit_base_p16_384-83fb41ba.pth",
            in: .vision, crop: 384, resize: 384, .bicubic, .half, top1: 84.2, top5: 97.22,
            parameters: 86_859_496, gmacs: 55.484),
    ]
}
