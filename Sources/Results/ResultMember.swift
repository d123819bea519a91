package import PipelineCore

/// A network whose logits a result holds, and the weights they were computed with.
package struct ResultMember: Sendable, Hashable, Codable {
    /// What the pipeline definition calls it.
    package let name: String
    /// The SHA-256 of the weight file.
    package let weights: SHA256Digest
    /// How many classes its last layer tells apart.
    package let classes: Int
    /// How it was computed; nil where that is not known, so that nobody may use it again.
    package let procedure: Procedure?

    /// Names every field.
    package init(
        name: String, weights: SHA256Digest, classes: Int, procedure: Procedure? = nil
    ) {
        self.name = name
        self.weights = weights
        self.classes = classes
        self.procedure = procedure
    }

    /// The name of its tensor, `logits/<member>`.
    var tensor: String { "logits/" + name }
}
