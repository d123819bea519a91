package import PipelineCore

/// The images an ensemble is least sure of, and so the first that a person should look at.
///
/// Least-confidence sampling: the lower the confidence, the less certain; of equals the smaller
/// margin comes first, then the earlier row. Only the `limit` least certain are kept.
package struct LeastCertain: Sendable, Hashable {
    /// An image and what was said of it.
    package struct Entry: Sendable, Hashable {
        /// The image's row in the manifest, from 0.
        package let row: Int
        /// The image's file.
        package let file: RelativePath
        /// What the ensemble said.
        package let prediction: Prediction

        fileprivate func precedes(_ other: Self) -> Bool {
            (prediction.confidence, prediction.margin, row)
                < (other.prediction.confidence, other.prediction.margin, other.row)
        }
    }

    /// How many are kept.
    package let limit: Int
    /// The images kept, the least certain first.
    package private(set) var entries: [Entry] = []

    /// Keeps up to `limit` images.
    package init(limit: Int) {
        self.limit = max(0, limit)
    }

    /// Considers an image.
    package mutating func add(_ prediction: Prediction, of file: RelativePath, row: Int) {
        let entry = Entry(row: row, file: file, prediction: prediction)
        if entries.count == limit {
            guard let last = entries.last, entry.precedes(last) else { return }
            entries.removeLast()
        }
        let place = entries.firstIndex { entry.precedes($0) } ?? entries.endIndex
        entries.insert(entry, at: place)
    }
}
