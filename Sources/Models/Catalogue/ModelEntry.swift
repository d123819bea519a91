package import Networks
package import PipelineCore

/// A network that can be named: how to build it, what its weights are, how to feed it and what to
/// expect.
///
/// Weights, preprocessing and figures stand in one value, so that nobody pairs a checkpoint with
/// the wrong crop.
package struct ModelEntry: Sendable {
    /// Its name, such as `efficientnet_lite0`.
    package let name: String
    /// How the network is built: one or more spellings of its tensors' names, the likeliest first;
    /// none where the weights' own file says it, as an ONNX model does.
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
    /// The published top-1 accuracy on ImageNet's validation images; 0...1, higher is better; nil
    /// for a network that a user added.
    package let top1: Double?
    /// The published top-5 accuracy on ImageNet's validation images; nil where none is published.
    package let top5: Double?
    /// Under what terms the weights are given, as an SPDX identifier.
    package let licence: String
    /// Where the weights come from.
    package let weights: WeightSource

    /// Names every field.
    package init(
        name: String, architectures: [Architecture], preprocessing: Preprocessing,
        classes: ClassList, parameters: Int, multiplyAdds: Double, top1: Double?, top5: Double?,
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
    package var family: String { architectures.first?.family ?? "ONNX" }

    /// Where the architecture is described; nil where nobody says.
    package var paper: String? { architectures.first?.paper }

    /// The networks for the entry's input size and classes, one for each spelling of its tensors'
    /// names, the likeliest first.
    package var networks: [Network] { architectures.map(network) }

    private func network(_ architecture: Architecture) -> Network {
        architecture.network(classes: classes.labels.count, size: preprocessing.crop)
    }
}
