import Imaging
import PipelineCore
import Results

/// A stream's classifiers for one ensemble.
struct Seats {
    let ensemble: any LoadedEnsemble
    private let classifiers: [any Classifier]

    /// Makes one classifier a member, for the calling thread.
    init(_ ensemble: any LoadedEnsemble) throws {
        self.ensemble = ensemble
        classifiers = try ensemble.makeClassifiers()
        for (member, classifier) in zip(ensemble.members, classifiers) {
            let side = member.preprocessing.crop
            guard classifier.input.count == ensemble.batch * side * side * 3 else {
                throw LabellingError.model(
                    member.identity.name,
                    detail: "its network does not take the \(side) × \(side) pixels that its "
                        + "preprocessing gives")
            }
        }
    }

    /// Puts `image` into slot `slot` of every member's batch, as that member wants it.
    func fill(_ slot: Int, with image: borrowing RGBImage, _ preprocessor: inout Preprocessor) {
        for (member, classifier) in zip(ensemble.members, classifiers) {
            let count = classifier.input.count / ensemble.batch
            let place = classifier.input[slot * count..<(slot + 1) * count]
            preprocessor.tensor(
                image, member.preprocessing, layout: .nhwc,
                into: UnsafeMutableBufferPointer(rebasing: place))
        }
    }

    /// Runs every member and hands out the logits of the first `count` slots, member by member.
    func run(
        over count: Int, _ record: (_ member: Int, _ slot: Int, Span<Float>) throws -> Void
    ) throws {
        for (member, classifier) in classifiers.enumerated() {
            let logits = try classifier.run(count: count)
            let classes = ensemble.members[member].identity.classes
            for slot in 0..<count {
                try record(
                    member, slot, logits.extracting(slot * classes..<(slot + 1) * classes).span)
            }
        }
    }
}
