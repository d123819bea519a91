import PipelineCore

extension MobileNetV2 {
    /// The published weights.
    static let published: [PublishedWeights] = [
        .torchvision(
            "mobilenet_v2.imagenet1k_v1", "mobilenet_v2-b0353104.pth", top1: 71.878, top5: 90.286,
            parameters: 3_504_872, gmacs: 0.301),
        .torchvision(
            "mobilenet_v2", "mobilenet_v2-7ebf99e0.pth", resize: 232, top1: 72.154, top5: 90.822,
            parameters: 3_504_872, gmacs: 0.301),
        .timm(
            "mobilenetv2_050.lamb_in1k", "mobilenetv2_050-3d30d450.pth", .bicubic, top1: 65.95,
            top5: 86.088, parameters: 1_968_680, gmacs: 0.097),
        .timm(
            "mobilenetv2_100.ra_in1k", "mobilenetv2_100_ra-b33bc2c4.pth", .bicubic, top1: 72.976,
            top5: 91.01, parameters: 3_504_872, gmacs: 0.301),
        .timm(
            "mobilenetv2_110d.ra_in1k", "mobilenetv2_110d_ra-77090ade.pth", .bicubic, top1: 75.056,
            top5: 92.186, parameters: 4_516_520, gmacs: 0.431),
        .timm(
            "mobilenetv2_120d.ra_in1k", "mobilenetv2_120d_ra-5987e2ed.pth", .bicubic, top1: 77.302,
            top5: 93.504, parameters: 5_831_144, gmacs: 0.669),
        .timm(
            "mobilenetv2_140.ra_in1k", "mobilenetv2_140_ra-21a4e913.pth", .bicubic, top1: 76.52,
            top5: 92.986, parameters: 6_108_776, gmacs: 0.582),
    ]
}
