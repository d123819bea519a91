import Imaging
import PipelineCore
import Results

/// A stream's classifiers for one ensemble.
struct Seats {
    let ensemble: any LoadedEnsemble
    private let classifiers: [any Classifier]
    /// For each member, the slots whose image it is asked about, in the order of its batch.
    private var taken: [[Int]]

    /// Makes one classifier a member, for the calling thread.
    init(_ ensemble: any LoadedEnsemble) throws {
        self.ensemble = ensemble
        classifiers = try ensemble.makeClassifiers()
        taken = classifiers.map { _ in [] }
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

    /// Puts the `image` of slot `slot` into the batch of every member that `wants` it, as that
    /// member wants it.
    mutating func fill(
        _ slot: Int, with image: borrowing RGBImage, _ preprocessor: inout Preprocessor,
        where wants: (_ member: Int) -> Bool
    ) {
        for (index, (member, classifier)) in zip(ensemble.members, classifiers).enumerated()
        where wants(index) {
            let count = classifier.input.count / ensemble.batch
            let start = taken[index].count * count
            preprocessor.tensor(
                image, member.preprocessing, layout: .nhwc,
                into: UnsafeMutableBufferPointer(
                    rebasing: classifier.input[start..<start + count]))
            taken[index].append(slot)
        }
    }

    /// Runs every member that has images, hands out their logits, member by member, and empties
    /// the batches.
    mutating func run(
        _ record: (_ member: Int, _ slot: Int, Span<Float>) throws -> Void
    ) throws {
        defer { clear() }
        for (member, classifier) in classifiers.enumerated() where !taken[member].isEmpty {
            let logits = try classifier.run(count: taken[member].count)
            let classes = ensemble.members[member].identity.classes
            for (place, slot) in taken[member].enumerated() {
                try record(
                    member, slot, logits.extracting(place * classes..<(place + 1) * classes).span)
            }
        }
    }

    /// Empties the batches.
    mutating func clear() { for member in taken.indices { taken[member].removeAll() } }
}
