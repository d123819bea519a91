package import PipelineCore

/// A network that a user added: all that has to be known of it beside its file of weights.
package struct AddedModel: Sendable, Hashable, Codable {
    /// How the network is built.
    package enum Build: Sendable, Hashable, Codable {
        /// As the file says, which is an ONNX model.
        case onnx
        /// As `library` builds `architecture`, such as torchvision's `resnet50`.
        case architecture(String, library: Library)
    }

    /// What definitions call it; no name of the catalogue.
    package var name: String
    /// How the network is built.
    package var build: Build
    /// What the file was called when it was added.
    package var file: String
    /// The file's size in bytes.
    package var size: Int
    /// The file's SHA-256, under which the cache keeps it.
    package var sha256: SHA256Digest
    /// How a photograph becomes the network's input.
    package var preprocessing: Preprocessing
    /// The classes of the last layer, in its order.
    package var classes: [String]
    /// Numbers that training sets.
    package var parameters: Int
    /// Multiply-adds of one image, in millions.
    package var multiplyAdds: Double

    /// Names every field.
    package init(
        name: String, build: Build, file: String, size: Int, sha256: SHA256Digest,
        preprocessing: Preprocessing, classes: [String], parameters: Int, multiplyAdds: Double
    ) {
        self.name = name
        self.build = build
        self.file = file
        self.size = size
        self.sha256 = sha256
        self.preprocessing = preprocessing
        self.classes = classes
        self.parameters = parameters
        self.multiplyAdds = multiplyAdds
    }
}

extension ModelEntry {
    /// The entry of a network that a user added.
    package init(_ added: AddedModel) {
        let architectures: [Architecture] =
            switch added.build {
            case .onnx: []
            case .architecture(let name, let library): Architecture.named(name, in: library)
            }
        self.init(
            name: added.name, architectures: architectures, preprocessing: added.preprocessing,
            classes: added.classList, parameters: added.parameters,
            multiplyAdds: added.multiplyAdds, top1: nil, top5: nil, licence: "as its owner says",
            weights: WeightSource(
                origin: .added(added.file), size: added.size, digest: .whole(added.sha256)))
    }
}

extension AddedModel {
    /// ImageNet's own list where the labels are its labels, so that votes can be combined with
    /// those of published networks; else a list named for its labels.
    fileprivate var classList: ClassList {
        if classes == ClassList.imagenet1k.labels { return .imagenet1k }
        let digest = SHA256Digest(of: Array(classes.joined(separator: "\n").utf8))
        return ClassList(name: "classes-\(digest.hex.prefix(8))", labels: classes)
    }
}
