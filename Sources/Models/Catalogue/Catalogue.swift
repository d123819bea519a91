import Foundation
package import PipelineCore

/// The published networks that can be named in a pipeline definition.
package enum Catalogue {
    /// Every entry, by family and size.
    package static let entries: [ModelEntry] =
        EfficientNetLite.entries + rows.compactMap(ModelEntry.init)

    /// What torchvision and timm publish.
    static let rows: [PublishedWeights] =
        AlexNet.published + VGG.published + GoogLeNet.published + InceptionV3.published
        + ResNet.published + Xception.published + MobileNetV2.published + MobileNetV3.published
        + EfficientNet.published + EfficientNetLite.published + MnasNet.published
        + NASNet.published + DenseNet.published + SqueezeNet.published
        + VisionTransformer.published

    /// How photos are prepared for the first published weights of `architecture`; nil where there
    /// are none.
    package static func preprocessing(of architecture: Architecture) -> Preprocessing? {
        entries.first { entry in
            entry.architectures.contains {
                ($0.name, $0.library) == (architecture.name, architecture.library)
            }
        }?.preprocessing
    }

    /// The published entry of that name; throws with the nearest names.
    package static func entry(named name: String) throws(CatalogueError) -> ModelEntry {
        try ModelShelf().entry(named: name)
    }
}

/// Why the catalogue refused.
package enum CatalogueError: Error, Sendable, Equatable {
    /// No entry has that name.
    case unknownModel(String, known: [String])
    /// The members of a definition do not share one class list.
    case differentClasses(definition: String)
    /// A definition names no member.
    case noMembers(definition: String)
    /// A member wants int8, and there is no artefact for its weights.
    case notQuantised(model: String)
    /// A definition is pinned to weights that are not the catalogue's.
    case otherWeights(String, expected: SHA256Digest, found: WeightSource.Digest)
    /// Weights whose whole SHA-256 is not published are not here, so that it cannot be known.
    case notPinned(String, file: String)
}

extension CatalogueError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownModel(let name, let known):
            "there is no model '\(name)' here\(Self.near(name, known)); 'pipeline models list' lists "
                + "what there is, and what a user added with 'pipeline models add' has to be added "
                + "on every machine that is to know it"
        case .differentClasses(let definition):
            "the members of pipeline '\(definition)' do not share one list of classes, "
                + "so their votes cannot be combined"
        case .noMembers(let definition):
            "pipeline '\(definition)' has no members; name at least one model"
        case .notQuantised(let model):
            "int8 needs to know the ranges inside '\(model)', and nobody has recorded them; run "
                + "'pipeline models quantize \(model) --calibration FOLDER', or choose f32 or bf16"
        case .otherWeights(let model, let expected, let found):
            "the run is pinned to weights \(expected) of '\(model)', here they are \(found); use "
                + "the version of the program that submitted the run, or add the same file here"
        case .notPinned(let model, let file):
            "a run is pinned to the SHA-256 of its weights, and those of '\(model)' are not here: "
                + "'pipeline models pull \(model)' fetches them, or takes over a '\(file)' that you "
                + "have with '--from FILE'"
        }
    }

    /// The names that begin like `name`, as part of a sentence; nothing where none do.
    private static func near(_ name: String, _ known: [String]) -> String {
        let shares = known.map { ($0, $0.commonPrefix(with: name).count) }
        guard let most = shares.map(\.1).max(), most >= 3 else { return "" }
        let nearest = shares.filter { $0.1 == most }.map(\.0)
        let listed = nearest.prefix(6).joined(separator: ", ")
        return ", but \(listed)\(nearest.count > 6 ? ", …" : "")"
    }
}
