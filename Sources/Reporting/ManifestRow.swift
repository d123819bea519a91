package import PipelineCore

/// One image of a run, and what became of it.
package struct ManifestRow: Sendable, Hashable {
    /// What became of an image.
    package enum Outcome: Sendable, Hashable {
        /// The ensemble has decided.
        case labelled(Prediction)
        /// There is no label; the failure says why.
        case failed(ImageFailure)
    }

    /// The image's file beneath its dataset.
    package var file: RelativePath
    /// What became of it.
    package var outcome: Outcome
    /// What its dataset says it shows; nil where it says nothing.
    package var given: String?

    /// A file, its outcome and the label it came with.
    package init(file: RelativePath, outcome: Outcome, given: String? = nil) {
        self.file = file
        self.outcome = outcome
        self.given = given
    }

    /// What the ensemble said; nil for an image that failed.
    package var prediction: Prediction? {
        guard case .labelled(let prediction) = outcome else { return nil }
        return prediction
    }

    /// Why there is no label; nil where there is one.
    package var failure: ImageFailure? {
        guard case .failed(let failure) = outcome else { return nil }
        return failure
    }
}
