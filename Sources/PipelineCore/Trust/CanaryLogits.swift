/// What a worker's networks say of the canary: a picture that goes through them with every shard, and
/// about which all hosts that compute rightly say the same.
///
/// It travels with a completion as a sample of each member's logits, a kilobyte or so.
package struct CanaryLogits: Sendable, Hashable, Codable {
    /// The networks, in the definition's order.
    package var members: [Member]

    /// What one network says.
    package struct Member: Sendable, Hashable, Codable {
        /// The network's name in the definition.
        package var name: String
        /// The arithmetic of its layers.
        package var precision: Precision
        /// The standard deviation of all its logits; 0 where some are infinite or no numbers.
        package var deviation: Float
        /// Every so many of its logits, ``CanaryLogits/sample`` at most; none where some are infinite
        /// or no numbers.
        package var logits: [Float]

        /// Takes the sample from all of the network's logits, [classes].
        package init(name: String, _ precision: Precision = .f32, sampling logits: [Float]) {
            self.name = name
            self.precision = precision
            guard logits.allSatisfy(\.isFinite) else {
                (deviation, self.logits) = (0, [])
                return
            }
            deviation = logits.standardDeviation
            let step = max(1, (logits.count + CanaryLogits.sample - 1) / CanaryLogits.sample)
            self.logits = stride(from: 0, to: logits.count, by: step).map { logits[$0] }
        }
    }

    /// How many logits of a member are kept at most.
    package static let sample = 64

    /// Names every field.
    package init(members: [Member]) { self.members = members }

    /// Where a member is further from what is known than any kind of processor takes it.
    package struct Difference: Sendable, Hashable {
        /// The network's name.
        package var member: String
        /// How far the worst of its logits is off, in standard deviations; nil where they are not
        /// numbers, or not as many.
        package var deviations: Float?
    }

    /// The first member that differs from what is known by more than ``LogitTolerance``; nil where
    /// all agree.
    package func difference(from known: CanaryLogits) -> Difference? {
        for (own, right) in zip(members, known.members) {
            guard own.name == right.name, own.logits.count == right.logits.count else {
                return Difference(member: own.name, deviations: nil)
            }
            let worst = zip(own.logits, right.logits).map { abs($0 - $1) }.max() ?? 0
            // Of the smaller one: a logit that is far off widens the deviation of its own row.
            let deviation = min(own.deviation, right.deviation)
            if worst > LogitTolerance.limit(right.precision, deviation: deviation) {
                return Difference(
                    member: own.name,
                    deviations: right.deviation > 0 ? worst / right.deviation : nil)
            }
        }
        guard members.count == known.members.count else {
            return Difference(member: "\(members.count) networks", deviations: nil)
        }
        return nil
    }

    /// Whether it could be what a worker says: neither too much nor anything but numbers.
    package var isWellFormed: Bool {
        (1...64).contains(members.count)
            && members.allSatisfy { member in
                (1...200).contains(member.name.utf8.count) && member.logits.count <= Self.sample
                    && member.deviation.isFinite && member.deviation >= 0
                    && member.logits.allSatisfy(\.isFinite)
            }
    }
}
