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

    /// A file and its outcome.
    package init(file: RelativePath, outcome: Outcome) {
        self.file = file
        self.outcome = outcome
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
