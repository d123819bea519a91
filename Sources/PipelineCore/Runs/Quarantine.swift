/// An image that was set aside because it ends the workers that look at it.
package struct QuarantinedImage: Sendable, Hashable, Codable {
    /// The run it belongs to.
    package var run: RunID
    /// Its row in the run's manifest, from 0.
    package var row: Int
    /// Its file beneath the dataset; nil where only the store was asked, which knows no names.
    package var file: RelativePath?
    /// Every death that led here, the earliest first.
    package var crashes: [Crash]

    /// Names every field.
    package init(run: RunID, row: Int, file: RelativePath? = nil, crashes: [Crash]) {
        self.run = run
        self.row = row
        self.file = file
        self.crashes = crashes
    }
}

/// How a quarantined image goes back to the queue.
package enum Readmission: String, Sendable, Hashable, Codable, CaseIterable {
    /// As any other image: what was held against it is forgotten.
    case release
    /// For one more try: the next death puts it back.
    case retry
}
