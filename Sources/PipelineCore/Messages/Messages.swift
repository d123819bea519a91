/// The version of the protocol between coordinator, workers and submitters.
package let protocolVersion = 1

/// `POST /v1/runs`: a run about to send its manifest.
package struct RunSubmission: Sendable, Hashable, Codable {
    /// What is done to every image, members pinned.
    package var definition: PipelineDefinition
    /// The absolute path of the dataset, or its address.
    package var dataset: RelativePath
    /// The SHA-256 of the manifest that will follow.
    package var manifest: SHA256Digest
    /// Runs of a higher priority go first; nil leaves a known run as it is, and a new one at 0.
    package var priority: Int?
    /// False where everything is to be computed, whatever the ledger knows; nil for the usual.
    package var ledger: Bool?
    /// How many shards are to be computed twice and compared; such a run does without the ledger.
    package var audit: AuditShare?

    /// Names every field.
    package init(
        definition: PipelineDefinition, dataset: RelativePath, manifest: SHA256Digest,
        priority: Int? = nil, ledger: Bool? = nil, audit: AuditShare? = nil
    ) {
        self.definition = definition
        self.dataset = dataset
        self.manifest = manifest
        self.priority = priority
        self.ledger = ledger
        self.audit = audit
    }
}

/// `POST /v1/leases`: a worker asks for a shard.
package struct LeaseRequest: Sendable, Hashable, Codable {
    /// The worker's name, unique among those that run.
    package var worker: String
    /// The program's version, for display.
    package var version: String

    /// Names every field.
    package init(worker: String, version: String) {
        self.worker = worker
        self.version = version
    }
}

/// `POST /v1/leases/renew`: a heartbeat.
package struct Renewal: Sendable, Hashable, Codable {
    /// Which lease.
    package var ticket: LeaseTicket
    /// How many of the shard's images are finished.
    package var progress: Int
    /// Whether an image is about to be in the worker's hands, or was; nil says nothing new.
    ///
    /// From the first true one on, silence is taken for a death at work.
    package var begun: Bool?

    /// Names every field.
    package init(ticket: LeaseTicket, progress: Int, begun: Bool? = nil) {
        self.ticket = ticket
        self.progress = progress
        self.begun = begun
    }
}

/// `POST /v1/leases/complete`: the uploaded result is to count.
package struct CompletionRequest: Sendable, Hashable, Codable {
    /// Which lease.
    package var ticket: LeaseTicket
    /// The result, uploaded before.
    package var result: ShardResult
    /// How many of its images the worker had to compute; nil from a worker that knows no ledger.
    package var computed: Int?
    /// What its networks say of the canary; nil where none of the images had to be computed.
    package var canary: CanaryLogits?

    /// Names every field.
    package init(
        ticket: LeaseTicket, result: ShardResult, computed: Int? = nil,
        canary: CanaryLogits? = nil
    ) {
        self.ticket = ticket
        self.result = result
        self.computed = computed
        self.canary = canary
    }
}

/// The answer to a completion.
package struct CompletionAnswer: Sendable, Hashable, Codable {
    /// What it did.
    package var completion: Completion

    /// Wraps a completion.
    package init(completion: Completion) { self.completion = completion }
}

/// `POST /v1/leases/release`: a worker gives a shard back.
package struct ReleaseRequest: Sendable, Hashable, Codable {
    /// Which lease.
    package var ticket: LeaseTicket
    /// Why; nil when the worker is leaving.
    package var failure: String?
    /// How the worker died that held it, told by the one that was started in its place.
    package var crash: CrashMark?
    /// Why no worker should go on with the run until a person has seen to it.
    package var hold: String?

    /// Names every field.
    package init(
        ticket: LeaseTicket, failure: String? = nil, crash: CrashMark? = nil, hold: String? = nil
    ) {
        self.ticket = ticket
        self.failure = failure
        self.crash = crash
        self.hold = hold
    }

    /// What it comes to; a death outweighs words.
    package var reason: HandBack {
        if let crash { return .crashed(crash) }
        return failure.map { .failed(String($0.prefix(1000))) } ?? .leaving
    }
}

/// `POST /v1/runs/:run/orders`: a person steers a run.
package struct OrderRequest: Sendable, Hashable, Codable {
    /// What is to happen.
    package var order: RunOrder

    /// Wraps an order.
    package init(order: RunOrder) { self.order = order }
}

/// `GET /v1/runs/:run`: a run and its surroundings.
package struct RunStatus: Sendable, Hashable, Codable {
    /// The run.
    package var run: Run
    /// Who works on it.
    package var holders: [LeaseHolder]
    /// Images finished a second over the last minute; nil before the first measure.
    package var imagesPerSecond: Double?
    /// The estimated time left, in seconds; nil when nothing can be said.
    package var secondsLeft: Double?
    /// How many requests were refused because their lease had ended; nil when none were.
    package var late: Int?
    /// How far the audit is; nil where there is none.
    package var audit: AuditSummary?
    /// Hosts that differ about the canary, while nobody knows which of them is wrong; nil for none.
    package var disputants: [String]?

    /// Names every field.
    package init(
        run: Run, holders: [LeaseHolder], imagesPerSecond: Double?, secondsLeft: Double?,
        late: Int? = nil, audit: AuditSummary? = nil, disputants: [String]? = nil
    ) {
        self.late = late
        self.disputants = disputants
        self.run = run
        self.holders = holders
        self.imagesPerSecond = imagesPerSecond
        self.secondsLeft = secondsLeft
        self.audit = audit
    }
}

/// `GET /v1/runs`: the runs, the latest first, and the workers lately seen.
package struct RunList: Sendable, Hashable, Codable {
    /// The latest hundred runs, and all others that are not over.
    package var runs: [Run]
    /// How many earlier runs there are; nil for none.
    package var earlier: Int?
    /// The workers.
    package var workers: [WorkerStatus]
    /// The hosts whose workers get no shard; nil where there are none.
    package var quarantined: [QuarantinedWorker]?

    /// Names every field.
    package init(
        runs: [Run], earlier: Int? = nil, workers: [WorkerStatus],
        quarantined: [QuarantinedWorker]? = nil
    ) {
        self.runs = runs
        self.earlier = earlier
        self.workers = workers
        self.quarantined = quarantined
    }
}

/// A worker as the coordinator sees it.
package struct WorkerStatus: Sendable, Hashable, Codable {
    /// Its name.
    package var name: String
    /// The program's version.
    package var version: String
    /// Seconds since its last request.
    package var silence: Double
    /// Images it has finished since the coordinator started.
    package var images: Int
    /// Images a second, over its last shards; nil before the first.
    package var imagesPerSecond: Double?

    /// Names every field.
    package init(
        name: String, version: String, silence: Double, images: Int,
        imagesPerSecond: Double? = nil
    ) {
        self.name = name
        self.version = version
        self.silence = silence
        self.images = images
        self.imagesPerSecond = imagesPerSecond
    }
}

/// The body of every refusal.
package struct Problem: Sendable, Hashable, Codable {
    /// One machine-readable word, such as `stale-lease`.
    package var code: String
    /// What failed, and what to do next.
    package var message: String

    /// A code and a sentence.
    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}

/// How a manifest is written.
package enum ManifestFormat: String, Sendable, Hashable, Codable, CaseIterable {
    /// JSON Lines, one object an image.
    case jsonl
    /// Comma-separated values with a header.
    case csv
}

/// Turns a run's results into what people and tools read.
package protocol RunReporter: Sendable {
    /// Writes the manifest piece by piece, rows in byte order of `file`.
    func export(
        _ run: Run, as format: ManifestFormat, to write: (consuming [UInt8]) async throws -> Void
    ) async throws
    /// The run as Markdown: class counts, confidence, least certain images, failures.
    func report(_ run: Run) async throws -> String
}
