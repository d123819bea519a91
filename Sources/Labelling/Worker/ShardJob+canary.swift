import PipelineCore

/// The canary on its way through a worker, after the rows of a shard that have to be computed: so it
/// vouches for all of them, also where the machine breaks in the middle of them.
struct CanaryWork {
    private enum Stage {
        /// Nothing of the shard had to be computed so far. → `expected` with its first row.
        case idle
        /// Waits for the shard's last row to be finished. → `underWay`.
        case expected
        /// A stream has it, or will. → `over`.
        case underWay
        /// The networks have seen it, or it failed.
        case over
    }

    private var stage = Stage.idle
    private var members: [CanaryLogits.Member]

    /// The canary of a shard that is computed by these networks.
    init(_ members: [Member]) {
        self.members = members.map {
            CanaryLogits.Member(name: $0.name, $0.precision, sampling: [.nan])
        }
    }

    /// Whether a reader is to take it when everything else is finished.
    var isExpected: Bool { stage == .expected }
    /// Whether the shard is not whole without it.
    var isOpen: Bool { stage == .expected || stage == .underWay }
    /// What the networks say of it; nil until they have seen it.
    var logits: CanaryLogits? { stage == .over ? CanaryLogits(members: members) : nil }

    /// Notes that a row of the shard has to be computed.
    mutating func accompany() { if stage == .idle { stage = .expected } }
    /// Notes that a reader has taken it.
    mutating func take() { stage = .underWay }
    /// Notes a member's logits of it, [classes].
    mutating func record(_ logits: Span<Float>, member: Int) {
        guard members.indices.contains(member) else { return }
        members[member] = CanaryLogits.Member(
            name: members[member].name, members[member].precision,
            sampling: logits.indices.map { logits[$0] })
    }
    /// Notes that nothing more will be known of it; members without logits have failed.
    mutating func finish() { stage = .over }
}

extension ShardJob {
    /// The row that stands for the canary, after the shard's own.
    var canaryRow: Int { entries.count }

    /// What the networks say of the canary; nil where none of the shard had to be computed.
    var canary: CanaryLogits? { look(\.canary.logits) }

    /// Ends the canary, whether the networks have seen it or not.
    func finishCanary() {
        look { $0.canary.finish() }
        endIfFinished()
    }
}
