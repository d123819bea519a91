import Foundation

/// How a worker computes a member's logits, as far as the pipeline definition leaves it open.
package struct Procedure: Sendable, Hashable, Codable {
    /// How a photograph becomes the network's input.
    package var preprocessing: Preprocessing
    /// Which program computes, and with which of its kernels: their last bits may differ.
    package var program: String

    /// Names every field.
    package init(preprocessing: Preprocessing, program: String) {
        self.preprocessing = preprocessing
        self.program = program
    }
}

extension PipelineDefinition {
    /// For each member, the SHA-256 of all that its logits depend on but the image.
    ///
    /// Equal recipes and equal images give equal logits, to the bit. The members' `procedures` stand
    /// in the definition's order; nil where they are not one a member, or a member is not pinned.
    ///
    ///     let recipes = run.definition.recipes(by: procedures)
    package func recipes(by procedures: [Procedure]) throws -> [SHA256Digest]? {
        guard procedures.count == members.count else { return nil }
        // Decoding for speed leaves as many pixels as the largest of the inputs takes.
        let shortSide = decode == .exact ? nil : procedures.map(\.preprocessing.resize).max()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var recipes: [SHA256Digest] = []
        for (member, procedure) in zip(members, procedures) {
            guard let weights = member.weights else { return nil }
            let ingredients = Ingredients(
                weights: weights, precision: member.precision == .auto ? .f32 : member.precision,
                quantisation: member.precision == .int8 ? member.quantisation : nil,
                orient: orient, decode: decode, shortSide: shortSide, procedure: procedure)
            recipes.append(SHA256Digest(of: try encoder.encode(ingredients)))
        }
        return recipes
    }
}

/// Everything that a member's logits depend on but the image.
private struct Ingredients: Encodable {
    let weights: SHA256Digest
    let precision: Precision
    let quantisation: QuantisationArtefact?
    let orient: Bool
    let decode: DecodeMode
    let shortSide: Int?
    let procedure: Procedure
}
