//  Very Deep Convolutional Networks for Large-Scale Image Recognition
//  Simonyan and Zisserman, 2014 · https://arxiv.org/abs/1409.1556

package import Networks

/// Stacks of 3×3 convolutions between pools, and three large linear layers.
package struct VGG: ModelFamily {
    package static let family = "VGG"
    package static let paper = "https://arxiv.org/abs/1409.1556"

    // swift-format-ignore
    /// Table 1: channels of the 3×3 convolutions of each stage; a 2×2 pool ends a stage.
    enum Configuration {
        static let a = [[64],     [128],      [256, 256],           [512, 512],           [512, 512]]
        static let b = [[64, 64], [128, 128], [256, 256],           [512, 512],           [512, 512]]
        static let d = [[64, 64], [128, 128], [256, 256, 256],      [512, 512, 512],      [512, 512, 512]]
        static let e = [[64, 64], [128, 128], [256, 256, 256, 256], [512, 512, 512, 512], [512, 512, 512, 512]]
    }

    /// A column of table 1.
    var stages: [[Int]]
    /// Whether BatchNorm follows each convolution; later than the paper.
    var isNormalised = false
    var library = Library.torchvision
    package var classes = 1000

    package func logits(of image: Value, weights: Scope) -> Value {
        var features = weights["features"].sequential()
        var x = image
        for stage in stages {
            for channels in stage {
                x = x.conv(channels, kernel: 3, bias: true, at: features.next())
                if isNormalised { x = x.batchNorm(at: features.next()) }
                x = x.activated(.relu)
                _ = features.next()  // ReLU
            }
            x = x.maxPool(kernel: 2, stride: 2)
            _ = features.next()  // pool
        }
        return library == .timm ? convolutional(x, weights) : perceptron(x, weights)
    }

    private func perceptron(_ x: Value, _ weights: Scope) -> Value {
        let classifier = weights["classifier"]
        return x.averagePool(to: .square(7)).perceptron([
            (4096, classifier[0]), (4096, classifier[3]), (classes, classifier[6]),
        ])
    }

    /// The same layers as convolutions, which timm slides over larger images: models/vgg.py,
    /// `ConvMlp`.
    private func convolutional(_ x: Value, _ weights: Scope) -> Value {
        let isSmall = x.shape.height < 7 || x.shape.width < 7
        return (isSmall ? x.averagePool(to: .square(7)) : x)
            .conv(4096, kernel: 7, padding: .none, bias: true, at: weights["pre_logits"]["fc1"])
            .activated(.relu)
            .conv(4096, kernel: 1, bias: true, at: weights["pre_logits"]["fc2"]).activated(.relu)
            .globalAveragePool().linear(classes, at: weights["head"]["fc"])
    }
}

extension VGG {
    static let architectures = [Library.torchvision, .timm].flatMap { library in
        [
            ("vgg11", Configuration.a), ("vgg13", Configuration.b), ("vgg16", Configuration.d),
            ("vgg19", Configuration.e),
        ].flatMap { name, stages in
            [false, true].map { isNormalised in
                Architecture(
                    isNormalised ? "\(name)_bn" : name, library,
                    VGG(stages: stages, isNormalised: isNormalised, library: library))
            }
        }
    }
}
