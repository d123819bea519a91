/// The name of a run: lower-case letters and digits, made by the coordinator, safe in a file name.
package struct RunID: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// The name itself.
    package let text: String

    /// Accepts 1 to 32 lower-case letters and digits; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let allowed = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard allowed, (1...32).contains(text.utf8.count) else { return nil }
        self.text = String(text)
    }

    /// Makes a new name of `r` and twelve random letters and digits (60 bits).
    package init(using generator: inout some RandomNumberGenerator) {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
        let letters = (0..<12).map { _ in alphabet[Int.random(in: 0..<32, using: &generator)] }
        text = "r" + String(letters)
    }

    package var description: String { text }

    package static func < (a: Self, b: Self) -> Bool { a.text < b.text }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a run's id"))
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// Where a run stands.
package enum RunState: String, Sendable, Hashable, Codable, CaseIterable {
    /// The manifest is still on its way; no shard exists. → `running`, `done` when it is empty.
    case open
    /// Shards wait or are at work. → `done` when every shard has ended; → `paused`, `cancelled`.
    case running
    /// No shard is handed out, those at work go on; by a person's order, or on ``Run/hold``.
    /// → `running` when it is resumed; → `done` when every shard has ended; → `cancelled`.
    case paused
    /// Every shard has ended. → `running` when what failed is tried again.
    case done
    /// Given up by a person; no result is taken any more. → `running` when it is resumed or
    /// submitted again.
    case cancelled

    /// Whether nothing happens any more, unless a person wants it.
    package var isOver: Bool { self == .done || self == .cancelled }
}

/// What a person wants of a run.
package enum RunOrder: String, Sendable, Hashable, Codable, CaseIterable {
    /// Hand out no more shards.
    case pause
    /// Go on, after a pause or a cancellation.
    case resume
    /// Stop all work on it; what is done stays.
    case cancel
    /// Try again what has failed: shards that were given up, and images without a label.
    case retry
}

/// One dataset under one pipeline definition.
package struct Run: Sendable, Hashable, Codable {
    /// The run's name.
    package var id: RunID
    /// Equal for two submissions of the same files under the same definition.
    package var key: String
    /// Where it stands.
    package var state: RunState
    /// The absolute path of the dataset on the submitting host, or its address.
    package var dataset: RelativePath
    /// What is done to every image, members pinned to their weights.
    package var definition: PipelineDefinition
    /// The SHA-256 of the manifest.
    package var manifest: SHA256Digest
    /// When it was submitted, in seconds since 1970; for display only.
    package var created: Int
    /// How far it is.
    package var counts: RunCounts
    /// Which run's shards go first: those of the higher priority, then of the older run.
    package var priority: Int
    /// False where the run neither takes logits from the ledger nor adds to it; nil for the usual.
    package var ledger: Bool?
    /// Why it was paused without anybody's order, and what to do; nil when it was not.
    package var hold: String?

    /// How many of its shards are computed twice and compared; nil where none are.
    package var audit: AuditShare?

    /// What a priority may be.
    package static let priorities = -100...100

    /// Names every field.
    package init(
        id: RunID, key: String, state: RunState, dataset: RelativePath,
        definition: PipelineDefinition, manifest: SHA256Digest, created: Int,
        counts: RunCounts = RunCounts(), priority: Int = 0, ledger: Bool? = nil,
        hold: String? = nil, audit: AuditShare? = nil
    ) {
        self.id = id
        self.key = key
        self.state = state
        self.dataset = dataset
        self.definition = definition
        self.manifest = manifest
        self.created = created
        self.counts = counts
        self.priority = priority
        self.ledger = ledger
        self.hold = hold
        self.audit = audit
    }

    /// Whether logits are taken from the ledger and added to it.
    package var usesLedger: Bool { ledger ?? true }
}

/// How many shards and images of a run stand where.
package struct RunCounts: Sendable, Hashable, Codable {
    /// Shards in all.
    package var shards = 0
    /// Shards whose result counts.
    package var shardsDone = 0
    /// Shards that a worker holds.
    package var shardsLeased = 0
    /// Shards given up after their last attempt, or quarantined.
    package var shardsFailed = 0
    /// Images that were set aside because they end their workers; ``failed`` counts them, too.
    package var quarantined = 0
    /// Images in all.
    package var images = 0
    /// Images with a label.
    package var labelled = 0
    /// Images that ended without one.
    package var failed = 0

    /// All zero.
    package init() {}

    package init(from decoder: any Decoder) throws {
        let counts = try decoder.container(keyedBy: CodingKeys.self)
        shards = try counts.count(.shards)
        shardsDone = try counts.count(.shardsDone)
        shardsLeased = try counts.count(.shardsLeased)
        shardsFailed = try counts.count(.shardsFailed)
        quarantined = try counts.count(.quarantined)
        images = try counts.count(.images)
        labelled = try counts.count(.labelled)
        failed = try counts.count(.failed)
    }

    /// Shards that wait for a worker.
    package var shardsQueued: Int { shards - shardsDone - shardsLeased - shardsFailed }
}
