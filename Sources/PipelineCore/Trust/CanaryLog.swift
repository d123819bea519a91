/// What a run knows of the canary's logits, and what its hosts have said of it before it knew.
///
/// Two hosts that agree make them known. A host that differs from what is known, or from what it has
/// said itself, computes wrongly; two that differ from each other leave open which.
package struct CanaryLog: Sendable, Hashable {
    /// What one host has said first.
    package struct Word: Sendable, Hashable {
        /// Whose it is, as ``WorkerHost`` names it.
        package var host: String
        /// What it has said.
        package var logits: CanaryLogits

        /// Names every field.
        package init(host: String, logits: CanaryLogits) {
            (self.host, self.logits) = (host, logits)
        }
    }

    /// What two hosts agree on, as the first of them has said it; nil where no two have agreed.
    package private(set) var known: Word?
    /// What each host has said, in order of arrival, each something else; empty once it is known.
    package private(set) var words: [Word]

    /// A log as a store has kept it; without anything, that of a run which has just begun.
    package init(known: Word? = nil, words: [Word] = []) {
        (self.known, self.words) = (known, words)
    }

    /// Hears what a host says of the canary; the hosts that this shows to compute wrongly.
    package mutating func hear(_ logits: CanaryLogits, from host: String) -> [Exposure] {
        if let known {
            let difference = logits.difference(from: known.logits)
            return difference.map { [Exposure(host: host, difference: $0, by: .others)] } ?? []
        }
        if let own = words.first(where: { $0.host == host }) {
            let difference = logits.difference(from: own.logits)
            return difference.map { [Exposure(host: host, difference: $0, by: .itself)] } ?? []
        }
        guard let friend = words.first(where: { logits.difference(from: $0.logits) == nil }) else {
            words.append(Word(host: host, logits: logits))
            return []
        }
        defer { (known, words) = (friend, []) }
        return words.compactMap { word in
            word.logits.difference(from: friend.logits).map {
                Exposure(host: word.host, difference: $0, by: .others)
            }
        }
    }

    /// Forgets what a host has said that is not trusted any more, unless another one has agreed.
    package mutating func forget(_ host: String) { words.removeAll { $0.host == host } }

    /// Hosts that differ from each other, where nobody has decided between them.
    package var disputants: [String] { words.count > 1 ? words.map(\.host) : [] }

    /// A host that computes wrongly, and what shows it.
    package struct Exposure: Sendable, Hashable {
        /// What it differs from.
        package enum Witness: Sendable, Hashable {
            /// Its own earlier word.
            case itself
            /// What two other hosts agree on.
            case others
        }

        /// The host.
        package var host: String
        /// How far it is off.
        package var difference: CanaryLogits.Difference
        /// By whose word.
        package var by: Witness
    }
}

extension QuarantinedWorker {
    /// A host that computes the canary wrongly, as it turned out with a shard.
    init(_ exposure: CanaryLog.Exposure, in shard: Int, of run: RunID) {
        let (member, deviations) = (exposure.difference.member, exposure.difference.deviations)
        let right = exposure.by == .itself ? "what it found itself before" : "what two others find"
        let distance = deviations.map { value in
            "\((min(value, 1e6) * 100).rounded() / 100) standard deviations from"
        }
        self.init(
            host: exposure.host,
            reason: "with shard \(shard) of run '\(run)' it turned out that of the test image it "
                + "finds logits of '\(member)' \(distance ?? "unlike") \(right)")
    }
}
