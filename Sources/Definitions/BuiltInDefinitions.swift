/// The definitions that the program brings along, so that it works wherever it is started.
///
/// They are the files of `Pipelines/`, letter by letter; a test compares them.
enum BuiltInDefinitions {
    static let texts = ["imagenet-fast": imagenetFast, "imagenet-lite": imagenetLite]

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
}
