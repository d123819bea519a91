package import PipelineCore

/// The published networks that can be named in a pipeline definition.
package enum Catalogue {
    /// Every entry, by family and size.
    package static let entries: [ModelEntry] = EfficientNetLite.variants

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

    /// `definition` with every member pinned to the SHA-256 of its weights.
    ///
    /// Throws when a member is pinned already, but to other weights than the catalogue's.
    package static func pinned(
        _ definition: PipelineDefinition
    ) throws(CatalogueError) -> PipelineDefinition {
        var pinned = definition
        for index in pinned.members.indices {
            let entry = try entry(named: pinned.members[index].model)
            if let weights = pinned.members[index].weights, weights != entry.weights.sha256 {
                throw CatalogueError.otherWeights(
                    entry.name, expected: weights, found: entry.weights.sha256)
            }
            pinned.members[index].weights = entry.weights.sha256
        }
        return pinned
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
    /// A definition is pinned to weights that are not the catalogue's.
    case otherWeights(String, expected: SHA256Digest, found: SHA256Digest)
}

extension CatalogueError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownModel(let name, let known):
            "there is no model '\(name)' in the catalogue; it has \(known.joined(separator: ", "))"
        case .differentClasses(let definition):
            "the members of pipeline '\(definition)' do not share one list of classes, "
                + "so their votes cannot be combined"
        case .noMembers(let definition):
            "pipeline '\(definition)' has no members; name at least one model"
        case .otherWeights(let model, let expected, let found):
            "the run is pinned to weights \(expected) of '\(model)', this program's catalogue has "
                + "\(found); use the version of the program that submitted the run"
        }
    }
}
