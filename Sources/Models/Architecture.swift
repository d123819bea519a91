package import Networks

/// A family of networks: one value is one variant of it.
package protocol ModelFamily: Sendable {
    /// The family's name as its authors write it, such as `MobileNetV2`.
    static var family: String { get }
    /// Where the family is described.
    static var paper: String { get }
    /// Prefixes of tensors that a checkpoint may hold beside the network's, such as heads that serve
    /// training alone; with the dot.
    static var auxiliaryPrefixes: [String] { get }
    /// Classes of the last layer.
    var classes: Int { get set }
    /// Writes the network down, from a normalised image to its logits.
    func logits(of image: Value, weights: Scope) -> Value
}

extension ModelFamily {
    package static var auxiliaryPrefixes: [String] { [] }
}

/// Whose checkpoints a network's parameters are named after.
package enum Library: String, Sendable, Codable, CaseIterable {
    /// torchvision's models.
    case torchvision
    /// torchvision's published files, where it renames their tensors while it loads them.
    case torchvisionFiles = "torchvision-files"
    /// timm, once pytorch-image-models.
    case timm
    /// Cadene's pretrained-models.pytorch.
    case pretrainedmodels
    /// The `efficientnet-lite-pytorch` packages, which follow lukemelas's EfficientNet-PyTorch.
    case efficientnetLite = "efficientnet-lite-pytorch"
}

/// A variant of a family under the name by which a library knows it.
package struct Architecture: Sendable {
    /// The library's name for it, such as `resnet50`.
    package let name: String
    /// Whose names its parameters have.
    package let library: Library
    /// The side of the square image that it was designed for, in pixels.
    package let size: Int
    let model: any ModelFamily

    init(_ name: String, _ model: any ModelFamily, size: Int = 224) {
        self.init(name, .torchvision, model, size: size)
    }

    init(_ name: String, _ library: Library, _ model: any ModelFamily, size: Int = 224) {
        self.name = name
        self.library = library
        self.size = size
        self.model = model
    }

    /// The family's name.
    package var family: String { type(of: model).family }

    /// Where the family is described.
    package var paper: String { type(of: model).paper }

    /// Whether a checkpoint of this architecture may hold tensor `name` though the network does not
    /// read it: a training counter, or a head that serves training alone.
    package func ignores(_ name: String) -> Bool {
        name == "num_batches_tracked" || name.hasSuffix(".num_batches_tracked")
            || type(of: model).auxiliaryPrefixes.contains(where: name.hasPrefix)
    }

    /// The network for `classes` classes and square images of `size` pixels a side.
    package func network(classes: Int = 1000, size: Int? = nil) -> Network {
        var model = model
        model.classes = classes
        let side = size ?? self.size
        return Network(input: Shape(channels: 3, height: side, width: side)) { image in
            model.logits(of: image, weights: .root)
        }
    }
}

extension Architecture {
    /// Every variant of every family, under each library's name.
    package static let all: [Architecture] =
        AlexNet.architectures + VGG.architectures + GoogLeNet.architectures
        + InceptionV3.architectures + ResNet.architectures + Xception.architectures
        + MobileNetV1.architectures + MobileNetV2.architectures + MobileNetV3.architectures
        + EfficientNet.architectures + EfficientNetLite.architectures + MnasNet.architectures
        + NASNet.architectures + DenseNet.architectures + SqueezeNet.architectures
        + VisionTransformer.architectures

    /// The architectures called `name`: one for each library that has it, torchvision first.
    ///
    /// timm's names may carry a tag, such as `resnet50.tv_in1k`, which says how the weights were
    /// trained and nothing about the architecture.
    package static func named(_ name: String, in library: Library? = nil) -> [Architecture] {
        let plain = name.prefix { $0 != "." }
        return all.filter { architecture in
            (architecture.name == name
                || architecture.library == .timm && architecture.name == plain)
                && (library == nil || architecture.library == library)
        }
    }
}
