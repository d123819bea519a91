/// The definitions that the program brings along, so that it works wherever it is started.
///
/// They are the files of `Pipelines/`, letter by letter; a test compares them.
enum BuiltInDefinitions {
    static let texts = [
        "imagenet-fast": imagenetFast, "imagenet-lite": imagenetLite,
        "imagenet-mixed": imagenetMixed, "imagenet-mobile": imagenetMobile,
    ]

    private static let imagenetLite = """
        # Three EfficientNet-Lite networks look at every photo; their probabilities are averaged.
        name: imagenet-lite
        description: Everyday photos into the 1000 classes of ImageNet, accuracy first.
        members:
          - efficientnet_lite0
          - efficientnet_lite1
          - efficientnet_lite2
        combine: mean-probability

        """

    private static let imagenetFast = """
        # The smallest network alone: about four times as fast as imagenet-lite.
        name: imagenet-fast
        description: Everyday photos into the 1000 classes of ImageNet, speed first.
        members:
          - efficientnet_lite0

        """

    private static let imagenetMixed = """
        # Four families that err in different places look at every photo: residual, inception, separable
        # and searched networks. Slower than imagenet-lite by far, and surer.
        name: imagenet-mixed
        description: Everyday photos into the 1000 classes of ImageNet, four families, accuracy at a price.
        members:
          - {model: resnet50, name: residual, weight: 1.5}
          - {model: inception_v3, name: inception}
          - {model: legacy_xception.tf_in1k, name: separable}
          - {model: efficientnet_b2, name: searched, weight: 1.5}
        combine: weighted-mean

        """

    private static let imagenetMobile = """
        # Three small networks that three searches found; all of them together are quicker than one ResNet.
        name: imagenet-mobile
        description: Everyday photos into the 1000 classes of ImageNet, small networks of three families.
        members:
          - mobilenet_v3_large
          - mnasnet1_3
          - efficientnet_lite0
        combine: mean-probability
        decode: fast

        """
}
