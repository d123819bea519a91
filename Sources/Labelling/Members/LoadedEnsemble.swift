package import PipelineCore
package import Results

/// One stream's way of asking one network.
///
/// A classifier belongs to the thread that made it.
package protocol Classifier: AnyObject {
    /// The images, [batch, height, width, 3], normalised; slots that are not needed may hold
    /// anything finite.
    var input: UnsafeMutableBufferPointer<Float> { get }

    /// Classifies the first `count` images of ``input``: logits [batch, classes], of which as many
    /// rows are of use.
    ///
    /// They stay where they are until any classifier of the same stream runs again.
    func run(count: Int) throws -> UnsafeBufferPointer<Float>
}

/// The members of a pipeline definition, loaded once and shared by every stream.
package protocol LoadedEnsemble: AnyObject, Sendable {
    /// The members, in the definition's order.
    var members: [LoadedMember] { get }
    /// How many images a classifier takes at once.
    var batch: Int { get }

    /// One classifier a member, in order, for the calling thread.
    func makeClassifiers() throws -> [any Classifier]
}

/// What a stream needs to know of a member.
package struct LoadedMember: Sendable {
    /// What results say of it.
    package let identity: ResultMember
    /// How a photograph becomes its input.
    package let preprocessing: Preprocessing
    /// How it is computed here, for whoever might use its logits again; nil where nobody may.
    package var procedure: Procedure? { identity.procedure }

    /// Names every field.
    package init(identity: ResultMember, preprocessing: Preprocessing) {
        self.identity = identity
        self.preprocessing = preprocessing
    }
}

/// Brings the members of a pipeline definition into memory.
package protocol EnsembleLoader: Sendable {
    /// The members of `definition`, ready for batches of `batch` images.
    func load(_ definition: PipelineDefinition, batch: Int) async throws -> any LoadedEnsemble
}
