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

    /// The entry of that name; throws with the nearest names.
    package static func entry(named name: String) throws(CatalogueError) -> ModelEntry {
        guard let entry = entries.first(where: { $0.name == name }) else {
            throw CatalogueError.unknownModel(name, known: entries.map(\.name))
        }
        return entry
    }

    /// The class list that all members of `definition` share.
    package static func classes(
        of definition: PipelineDefinition
    ) throws(CatalogueError) -> ClassList {
        var shared: ClassList?
        for member in definition.members {
            let classes = try entry(named: member.model).classes
            guard shared == nil || shared == classes else {
                throw CatalogueError.differentClasses(definition: definition.name)
            }
            shared = classes
        }
        guard let shared else { throw CatalogueError.noMembers(definition: definition.name) }
        return shared
    }

    /// `definition` with every member pinned to the SHA-256 of its weights, and its arithmetic
    /// settled.
    ///
    /// `digest` tells the SHA-256 of weights of which the catalogue knows only the first digits: of
    /// the file that is here, or nil where none is. `auto` becomes int8 where an artefact passed the
    /// guard, else f32; `quantisation` finds what was made on this machine for weights of that
    /// digest, and the catalogue's own artefacts come after that. Throws when a member is pinned
    /// already, but to other weights than the catalogue's, when it cannot be pinned, and when it
    /// wants int8 and nobody has recorded what that takes.
    package static func pinned(
        _ definition: PipelineDefinition, digest: (ModelEntry) -> SHA256Digest? = { _ in nil },
        quantisation: (ModelEntry, SHA256Digest) -> QuantisationArtefact? = { _, _ in nil }
    ) throws(CatalogueError) -> PipelineDefinition {
        var pinned = definition
        for index in pinned.members.indices {
            let entry = try entry(named: pinned.members[index].model)
            if let weights = pinned.members[index].weights {
                guard entry.weights.digest.matches(weights) else {
                    throw CatalogueError.otherWeights(
                        entry.name, expected: weights, found: entry.weights.digest)
                }
                continue
            }
            guard let weights = entry.weights.digest.whole ?? digest(entry) else {
                throw CatalogueError.notPinned(entry.name, file: entry.weights.file)
            }
            pinned.members[index].weights = weights
            let artefact =
                pinned.members[index].quantisation ?? quantisation(entry, weights)
                ?? RecordedQuantisation.artefact(of: weights)
            try pinned.members[index].settle(artefact)
        }
        return pinned
    }
}

extension Member {
    /// Settles the arithmetic, given what is known of integers for its weights.
    fileprivate mutating func settle(_ artefact: QuantisationArtefact?) throws(CatalogueError) {
        switch precision {
        case .f32, .bf16:
            quantisation = nil
        case .auto:
            let isInteger = artefact?.figures.passesGuard == true && artefact?.source == weights
            precision = isInteger ? .int8 : .f32
            quantisation = isInteger ? artefact : nil
        case .int8:
            guard let artefact, artefact.source == weights else {
                throw .notQuantised(model: model)
            }
            quantisation = artefact
        }
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
            "there is no model '\(name)' in the catalogue\(Self.near(name, known)); "
                + "'pipeline models list' lists what there is"
        case .differentClasses(let definition):
            "the members of pipeline '\(definition)' do not share one list of classes, "
                + "so their votes cannot be combined"
        case .noMembers(let definition):
            "pipeline '\(definition)' has no members; name at least one model"
        case .notQuantised(let model):
            "int8 needs to know the ranges inside '\(model)', and nobody has recorded them; run "
                + "'pipeline models quantize \(model) --calibration FOLDER', or choose f32 or bf16"
        case .otherWeights(let model, let expected, let found):
            "the run is pinned to weights \(expected) of '\(model)', this program's catalogue has "
                + "\(found); use the version of the program that submitted the run"
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
        return ", which has \(listed)\(nearest.count > 6 ? ", …" : "")"
    }
}
