import PipelineCore

extension MnasNet {
    /// The published weights.
    static let published: [PublishedWeights] = [
        .torchvision(
            "mnasnet0_5", "mnasnet0.5_top1_67.823-3ffadce67e.pth", top1: 67.734, top5: 87.49,
            parameters: 2_218_512, gmacs: 0.104),
        .torchvision(
            "mnasnet0_75", "mnasnet0_75-7090bc5f.pth", resize: 232, top1: 71.18, top5: 90.496,
            parameters: 3_170_208, gmacs: 0.215),
        .torchvision(
            "mnasnet1_0", "mnasnet1.0_top1_73.512-f206786ef8.pth", top1: 73.456, top5: 91.51,
            parameters: 4_383_312, gmacs: 0.314),
        .torchvision(
            "mnasnet1_3", "mnasnet1_3-a4c69d6f.pth", resize: 232, top1: 76.506, top5: 93.522,
            parameters: 6_282_256, gmacs: 0.526),
        .timm(
            "mnasnet_100.rmsp_in1k", "mnasnet_b1-74cb7081.pth", .bicubic, top1: 74.65, top5: 92.124,
            parameters: 4_383_312, gmacs: 0.314),
        .timm(
            "mnasnet_small.lamb_in1k", "mnasnet_small_lamb-aff75073.pth", .bicubic, top1: 66.196,
            top5: 86.504, parameters: 2_030_264, gmacs: 0.068),
        .timm(
            "semnasnet_075.rmsp_in1k", "semnasnet_075-18710866.pth", .bicubic, top1: 72.992,
            top5: 91.138, parameters: 2_912_278, gmacs: 0.223),
        .timm(
            "semnasnet_100.rmsp_in1k", "mnasnet_a1-d9418771.pth", .bicubic, top1: 75.45,
            top5: 92.594, parameters: 3_887_038, gmacs: 0.312),
    ]
}
