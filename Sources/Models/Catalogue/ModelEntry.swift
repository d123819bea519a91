package import Networks
package import PipelineCore

/// A published network: how to build it, what its weights are, how to feed it and what to expect.
///
/// Weights, preprocessing and figures stand in one value, so that nobody pairs a checkpoint with
/// the wrong crop.
package struct ModelEntry: Sendable {
    /// The catalogue's name, such as `efficientnet_lite0`.
    package let name: String
    /// How the network is built: one or more spellings of its tensors' names, the likeliest first.
    package let architectures: [Architecture]
    /// How a photograph becomes the network's input.
    package let preprocessing: Preprocessing
    /// The classes of the last layer, in its order.
    package let classes: ClassList
    /// Numbers that training sets, as the paper counts them: BatchNorm's running statistics and
    /// heads that serve training alone excluded.
    package let parameters: Int
    /// Multiply-adds of one image, in millions, as the publisher counts them.
    package let multiplyAdds: Double
    /// The published top-1 accuracy on ImageNet's validation images; 0...1, higher is better.
    package let top1: Double
    /// The published top-5 accuracy on ImageNet's validation images; nil where none is published.
    package let top5: Double?
    /// Under what terms the weights are given, as an SPDX identifier.
    package let licence: String
    /// Where the weights come from.
    package let weights: WeightSource

    /// Names every field; `architectures` has at least one element.
    package init(
        name: String, architectures: [Architecture], preprocessing: Preprocessing,
        classes: ClassList, parameters: Int, multiplyAdds: Double, top1: Double, top5: Double?,
        licence: String, weights: WeightSource
    ) {
        self.name = name
        self.architectures = architectures
        self.preprocessing = preprocessing
        self.classes = classes
        self.parameters = parameters
        self.multiplyAdds = multiplyAdds
        self.top1 = top1
        self.top5 = top5
        self.licence = licence
        self.weights = weights
    }

    /// The family's name, such as `EfficientNet-Lite`.
    package var family: String { architectures[0].family }

    /// Where the architecture is described.
    package var paper: String { architectures[0].paper }

    /// The network for the entry's input size and classes, its tensors as the likeliest spelling
    /// has them.
    package func network() -> Network { network(architectures[0]) }

    /// The network for the entry's input size and classes, its tensors spelt as in a checkpoint
    /// that has `names`.
    package func network(reading names: [String]) -> Network {
        let names = Set(names)
        let networks = architectures.map(network)
        return networks.first { $0.parameters.allSatisfy { names.contains($0.name) } }
            ?? networks[0]
    }

    private func network(_ architecture: Architecture) -> Network {
        architecture.network(classes: classes.labels.count, size: preprocessing.crop)
    }
}
