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

    /// `definition` with every member pinned to the SHA-256 of its weights, and its arithmetic
    /// settled.
    ///
    /// `auto` becomes int8 where an artefact passed the guard, else f32. `quantisation` finds what
    /// was made on this machine; the catalogue's own artefacts come after that. Throws when a
    /// member is pinned already, but to other weights than the catalogue's, and when it wants int8
    /// and nobody has recorded what that takes.
    package static func pinned(
        _ definition: PipelineDefinition,
        quantisation: (ModelEntry) -> QuantisationArtefact? = { _ in nil }
    ) throws(CatalogueError) -> PipelineDefinition {
        var pinned = definition
        for index in pinned.members.indices {
            let entry = try entry(named: pinned.members[index].model)
            if let weights = pinned.members[index].weights, weights != entry.weights.sha256 {
                throw CatalogueError.otherWeights(
                    entry.name, expected: weights, found: entry.weights.sha256)
            }
            pinned.members[index].weights = entry.weights.sha256
            let artefact =
                pinned.members[index].quantisation ?? quantisation(entry) ?? entry.quantisation
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
        case .notQuantised(let model):
            "int8 needs to know the ranges inside '\(model)', and nobody has recorded them; run "
                + "'pipeline models quantize \(model) --calibration FOLDER', or choose f32 or bf16"
        case .otherWeights(let model, let expected, let found):
            "the run is pinned to weights \(expected) of '\(model)', this program's catalogue has "
                + "\(found); use the version of the program that submitted the run"
        }
    }
}
