package import PipelineCore

/// The networks that can be named on a machine: the published ones, and those that a user added.
package struct ModelShelf: Sendable {
    /// Every entry: what was added, then the catalogue by family and size.
    package let entries: [ModelEntry]

    /// The catalogue beside `added`, whose names are not the catalogue's.
    package init(adding added: [ModelEntry] = []) { entries = added + Catalogue.entries }

    /// The entry of that name; throws with the nearest names.
    package func entry(named name: String) throws(CatalogueError) -> ModelEntry {
        guard let entry = entries.first(where: { $0.name == name }) else {
            throw CatalogueError.unknownModel(name, known: entries.map(\.name))
        }
        return entry
    }

    /// The class list that all members of `definition` share.
    package func classes(
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
    /// already, but to other weights than the shelf's, when it cannot be pinned, and when it
    /// wants int8 and nobody has recorded what that takes.
    package func pinned(
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
