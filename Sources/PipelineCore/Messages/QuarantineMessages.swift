/// `GET /v1/quarantine`: images and workers that were set aside.
package struct QuarantineList: Sendable, Hashable, Codable {
    /// The images, in order of runs and rows.
    package var images: [QuarantinedImage]
    /// The hosts whose workers get no shard, by name; nil where one run was asked about.
    package var workers: [QuarantinedWorker]?

    /// Wraps lists.
    package init(images: [QuarantinedImage], workers: [QuarantinedWorker]? = nil) {
        self.images = images
        self.workers = workers
    }
}

/// `POST /v1/quarantine/workers`: a host's workers are set aside, or get another chance.
package struct WorkerTrustRequest: Sendable, Hashable, Codable {
    /// The host, or one of its workers.
    package var worker: String
    /// Whether its workers get shards.
    package var trusted: Bool

    /// Names every field.
    package init(worker: String, trusted: Bool) {
        self.worker = worker
        self.trusted = trusted
    }
}

/// `POST /v1/runs/:run/quarantine/:row`: an image goes back to the queue.
package struct ReadmissionRequest: Sendable, Hashable, Codable {
    /// On which terms.
    package var terms: Readmission

    /// Wraps the terms.
    package init(terms: Readmission) { self.terms = terms }
}
