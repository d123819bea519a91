import PipelineCore

/// A row of the catalogue, with what most rows have in common left out.
struct PublishedWeights: Sendable {
    /// How pixels of 0...1 are normalised.
    enum Normalisation: Sendable {
        /// By the mean and deviation of ImageNet's pixels.
        case imagenet
        /// To -1...1.
        case half
        /// Not at all.
        case none
    }

    /// A release on GitHub that holds weight files.
    enum Release: String {
        case weights =
            "https://github.com/huggingface/pytorch-image-models/releases/download/v0.1-weights/"
        case tresnet =
            "https://github.com/huggingface/pytorch-image-models/releases/download/v0.1-tresnet/"
        case vision =
            "https://github.com/huggingface/pytorch-image-models/releases/download/v0.1-vitjx/"
        case cadene =
            "https://github.com/huggingface/pytorch-image-models/releases/download/v0.1-cadene/"
        case gluon =
            "https://github.com/rwightman/pytorch-pretrained-gluonresnet/releases/download/v0.1/"
    }

    /// The weights' name; what stands before a dot is the architecture's.
    var name: String
    var library: Library
    var url: String
    var crop = 224
    var resize = 256
    var interpolation = Preprocessing.Interpolation.bilinear
    var normalisation = Normalisation.imagenet
    /// Accuracies in per cent.
    var top1: Double
    var top5: Double
    var parameters: Int
    /// Multiply-adds of one image, in billions.
    var gmacs: Double
    var licence: String

    /// Weights of https://pytorch.org/vision/stable/models.html, with that page's figures.
    ///
    /// A model's default weights have its name, older or other ones their own tag after a dot.
    static func torchvision(
        _ name: String, _ file: String, crop: Int = 224, resize: Int = 256,
        _ interpolation: Preprocessing.Interpolation = .bilinear,
        _ normalisation: Normalisation = .imagenet, top1: Double, top5: Double, parameters: Int,
        gmacs: Double, licence: String = "BSD-3-Clause"
    ) -> PublishedWeights {
        PublishedWeights(
            name: name, library: .torchvision, url: "https://download.pytorch.org/models/" + file,
            crop: crop, resize: resize, interpolation: interpolation, normalisation: normalisation,
            top1: top1, top5: top5, parameters: parameters, gmacs: gmacs, licence: licence)
    }

    /// Weights that timm loads, with the accuracies of its results/results-imagenet.csv at the
    /// resolution of that table.
    static func timm(
        _ name: String, _ file: String, in release: Release = .weights, crop: Int = 224,
        resize: Int = 256,
        _ interpolation: Preprocessing.Interpolation = .bilinear,
        _ normalisation: Normalisation = .imagenet, top1: Double, top5: Double, parameters: Int,
        gmacs: Double, licence: String = "Apache-2.0"
    ) -> PublishedWeights {
        PublishedWeights(
            name: name, library: .timm, url: release.rawValue + file, crop: crop,
            resize: resize, interpolation: interpolation, normalisation: normalisation, top1: top1,
            top5: top5, parameters: parameters, gmacs: gmacs, licence: licence)
    }
}

extension PublishedWeights.Normalisation {
    private static let imagenetMean = [0.485, 0.456, 0.406]
    private static let imagenetDeviation = [0.229, 0.224, 0.225]

    /// What is subtracted from 0...255: R, G, B.
    var mean: [Float] {
        switch self {
        case .imagenet: Self.imagenetMean.map { Float($0 * 255) }
        case .half: [127.5, 127.5, 127.5]
        case .none: [0, 0, 0]
        }
    }

    /// What the difference is divided by: R, G, B.
    var deviation: [Float] {
        switch self {
        case .imagenet: Self.imagenetDeviation.map { Float($0 * 255) }
        case .half: [127.5, 127.5, 127.5]
        case .none: [255, 255, 255]
        }
    }
}

extension ModelEntry {
    /// The entry of a row; nil where no family has the architecture.
    init?(_ row: PublishedWeights) {
        let name = String(row.name.prefix { $0 != "." })
        let published = row.library == .torchvision ? Library.torchvisionFiles : row.library
        let architectures =
            Architecture.named(name, in: published) + Architecture.named(name, in: row.library)
        guard !architectures.isEmpty else { return nil }
        self.init(
            name: row.name, architectures: architectures,
            preprocessing: Preprocessing(
                resize: row.resize, crop: row.crop, interpolation: row.interpolation,
                mean: row.normalisation.mean, std: row.normalisation.deviation),
            classes: .imagenet1k, parameters: row.parameters, multiplyAdds: row.gmacs * 1000,
            top1: row.top1 / 100, top5: row.top5 / 100, licence: row.licence,
            weights: WeightSource(url: row.url))
    }
}
