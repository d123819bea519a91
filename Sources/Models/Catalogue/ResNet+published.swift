import PipelineCore

extension ResNet {
    /// The published weights.
    static let published: [PublishedWeights] = [
        .torchvision(
            "resnet18", "resnet18-f37072fd.pth", top1: 69.758, top5: 89.078, parameters: 11_689_512,
            gmacs: 1.814),
        .torchvision(
            "resnet34", "resnet34-b627a593.pth", top1: 73.314, top5: 91.42, parameters: 21_797_672,
            gmacs: 3.664),
        .torchvision(
            "resnet50.imagenet1k_v1", "resnet50-0676ba61.pth", top1: 76.13, top5: 92.862,
            parameters: 25_557_032, gmacs: 4.089),
        .torchvision(
            "resnet50", "resnet50-11ad3fa6.pth", resize: 232, top1: 80.858, top5: 95.434,
            parameters: 25_557_032, gmacs: 4.089),
        .torchvision(
            "resnet101.imagenet1k_v1", "resnet101-63fe2227.pth", top1: 77.374, top5: 93.546,
            parameters: 44_549_160, gmacs: 7.801),
        .torchvision(
            "resnet101", "resnet101-cd907fc2.pth", resize: 232, top1: 81.886, top5: 95.78,
            parameters: 44_549_160, gmacs: 7.801),
        .torchvision(
            "resnet152.imagenet1k_v1", "resnet152-394f9c45.pth", top1: 78.312, top5: 94.046,
            parameters: 60_192_808, gmacs: 11.514),
        .torchvision(
            "resnet152", "resnet152-f82ba261.pth", resize: 232, top1: 82.284, top5: 96.002,
            parameters: 60_192_808, gmacs: 11.514),
        .torchvision(
            "resnext50_32x4d.imagenet1k_v1", "resnext50_32x4d-7cdf4587.pth", top1: 77.618,
            top5: 93.698, parameters: 25_028_904, gmacs: 4.23),
        .torchvision(
            "resnext50_32x4d", "resnext50_32x4d-1a0047aa.pth", resize: 232, top1: 81.198,
            top5: 95.34, parameters: 25_028_904, gmacs: 4.23),
        .torchvision(
            "resnext101_32x8d.imagenet1k_v1", "resnext101_32x8d-8ba56ff5.pth", top1: 79.312,
            top5: 94.526, parameters: 88_791_336, gmacs: 16.414),
        .torchvision(
            "resnext101_32x8d", "resnext101_32x8d-110c445d.pth", resize: 232, top1: 82.834,
            top5: 96.228, parameters: 88_791_336, gmacs: 16.414),
        .torchvision(
            "resnext101_64x4d", "resnext101_64x4d-173b62eb.pth", resize: 232, top1: 83.246,
            top5: 96.454, parameters: 83_455_272, gmacs: 15.46),
        .torchvision(
            "wide_resnet50_2.imagenet1k_v1", "wide_resnet50_2-95faca4d.pth", top1: 78.468,
            top5: 94.086, parameters: 68_883_240, gmacs: 11.398),
        .torchvision(
            "wide_resnet50_2", "wide_resnet50_2-9ba9bcbe.pth", resize: 232, top1: 81.602,
            top5: 95.758, parameters: 68_883_240, gmacs: 11.398),
        .torchvision(
            "wide_resnet101_2.imagenet1k_v1", "wide_resnet101_2-32ee1156.pth", top1: 78.848,
            top5: 94.284, parameters: 126_886_696, gmacs: 22.753),
        .torchvision(
            "wide_resnet101_2", "wide_resnet101_2-d733dc28.pth", resize: 232, top1: 82.51,
            top5: 96.02, parameters: 126_886_696, gmacs: 22.753),
        .timm(
            "resnet18.gluon_in1k", "gluon_resnet18_v1b-0757602b.pth", in: .gluon, .bicubic,
            top1: 70.838, top5: 89.754, parameters: 11_689_512, gmacs: 1.814),
        .timm(
            "resnet34.gluon_in1k", "gluon_resnet34_v1b-c6d82d59.pth", in: .gluon, .bicubic,
            top1: 74.578, top5: 91.984, parameters: 21_797_672, gmacs: 3.664),
        .timm(
            "resnet50.am_in1k", "resnet50_am-6c502b37.pth", .bicubic, top1: 78.998, top5: 94.396,
            parameters: 25_557_032, gmacs: 4.089),
        .timm(
            "resnet50.gluon_in1k", "gluon_resnet50_v1b-0ebe02e2.pth", in: .gluon, .bicubic,
            top1: 77.58, top5: 93.718, parameters: 25_557_032, gmacs: 4.089),
        .timm(
            "resnet50d.gluon_in1k", "gluon_resnet50_v1d-818a1b1b.pth", in: .gluon, .bicubic,
            top1: 79.078, top5: 94.468, parameters: 25_576_264, gmacs: 4.329),
        .timm(
            "resnet101.gluon_in1k", "gluon_resnet101_v1b-3b017079.pth", in: .gluon, .bicubic,
            top1: 79.31, top5: 94.522, parameters: 44_549_160, gmacs: 7.801),
        .timm(
            "resnet152.gluon_in1k", "gluon_resnet152_v1b-c1edb0dd.pth", in: .gluon, .bicubic,
            top1: 79.694, top5: 94.736, parameters: 60_192_808, gmacs: 11.514),
        .timm(
            "resnext50_32x4d.gluon_in1k", "gluon_resnext50_32x4d-e6a097c1.pth", in: .gluon,
            .bicubic, top1: 79.36, top5: 94.43, parameters: 25_028_904, gmacs: 4.23),
        .timm(
            "resnext101_32x4d.gluon_in1k", "gluon_resnext101_32x4d-b253c8c4.pth", in: .gluon,
            .bicubic, top1: 80.34, top5: 94.93, parameters: 44_177_704, gmacs: 7.97),
        .timm(
            "resnext101_64x4d.gluon_in1k", "gluon_resnext101_64x4d-f9a8e184.pth", in: .gluon,
            .bicubic, top1: 80.6, top5: 94.992, parameters: 83_455_272, gmacs: 15.46),
    ]
}
