/// What to know of a family before choosing it; figures stand in the tables beside it.
///
/// A family of the catalogue without advice fails the suite over the guide.
enum FamilyAdvice {
    static let texts = [
        "AlexNet": """
        The network that began it all in 2012: five convolutions with large filters and three \
        fully connected layers, which hold nearly all of its parameters. Far less accurate than \
        anything of its speed today. Choose it to repeat old results.
        """,
        "VGG": """
        Nothing but 3×3 convolutions, stacked. The most arithmetic for its accuracy of all \
        families here, and half a gigabyte of weights. Its features are still what many \
        perceptual losses and old fine-tuned classifiers are built on: choose it when you have \
        such weights.
        """,
        "GoogLeNet": """
        The first Inception network: several filter sizes side by side, joined by \
        concatenation, and very few parameters. MobileNetV3 does the same with a fraction of \
        the arithmetic.
        """,
        "Inception-v3": """
        Inception with its filters factored into rows and columns, on 299 pixels. Errs \
        elsewhere than residual networks do, which makes it a good member of a mixed ensemble \
        rather than a choice on its own.
        """,
        "ResNet": """
        Residual networks, and their wide and grouped (ResNeXt) relatives. The safe choice: \
        every tool knows them, nearly everybody's fine-tuned weights are of this family, and \
        dense 1×1 and 3×3 convolutions come closest to what a processor can do. The same \
        network gains three points and more from a better recipe of training, so look at the \
        weights' accuracy and not at the depth alone.
        """,
        "Xception": """
        Depthwise separable convolutions carried through a whole large network. As accurate as \
        a ResNet twice its size; worth a place beside one in an ensemble.
        """,
        "MobileNetV2": """
        Narrow layers with a residual between them, widened inside each block. Plain ReLU6 \
        throughout, so that 8-bit integers follow it well. A sound choice for speed where \
        nothing newer fits.
        """,
        "MobileNetV3": """
        MobileNetV2's blocks, searched over by machine, with squeeze-and-excite and hard-swish. \
        The small one is among the fastest networks here. Its attention and its non-linearities \
        cost more time than their arithmetic tells: compare images a second, not GFLOP.
        """,
        "MnasNet": """
        The first search that measured time on a telephone instead of counting operations. About \
        as accurate as MobileNetV3-Large, with plain ReLU, which processors and 8-bit integers \
        like.
        """,
        "EfficientNet": """
        One small network found by search, made larger in depth, width and resolution at once. \
        The most accuracy for the arithmetic up to a few GFLOP; but depthwise convolutions at \
        high resolution wait for memory, so that from B4 on a ResNet of equal accuracy may run \
        faster. `tf_` names pad as TensorFlow does; `ns_` weights were trained with many more \
        photos (noisy student) and are the most accurate of their size.
        """,
        "EfficientNet-Lite": """
        EfficientNet without squeeze-and-excite and with ReLU6, so that integers keep its \
        accuracy. What this program uses unless told otherwise: it comes with the ranges that \
        8-bit integers need, and they are its fastest arithmetic.
        """,
        "NASNet-A": """
        Cells found by search, of many small separable convolutions and concatenations. \
        Accurate, and slow for its arithmetic, since so many small steps each have to be \
        fetched. Its errors are its own, as those of all searched networks.
        """,
        "DenseNet": """
        Every layer sees all earlier ones, so that few parameters go far. Much of its time goes \
        into reading what came before. Choose it for small weight files, or for medical and \
        remote-sensing weights, which are often of this family.
        """,
        "SqueezeNet": """
        AlexNet's accuracy in a file of five megabytes. Choose it only where the size of the \
        file is what counts.
        """,
        "ViT": """
        Not a convolutional network: patches of 16 or 32 pixels as words of a transformer. The \
        most accurate of all when pretrained on many photos (`swag`, `in21k`), at a price: \
        they are the slowest, and the `swag` weights may not be used commercially. The ones \
        trained on ImageNet alone are no better than a ResNet.
        """,
    ]
}
