package import PipelineCore

/// The members of a pipeline at one table: their logits go in, one prediction comes out.
///
///     let committee = try Committee(combination: .meanProbability, weights: [1, 1], top: 5)
///     let prediction = try committee.decide([[0.1, 2.3, -1], [0.4, 1.9, 0]])
///
/// Everything is computed in double precision, members and classes in their order, so that the
/// same logits give the same prediction to the last bit.
package struct Committee: Sendable, Hashable {
    /// How the members' logits become one distribution.
    package let combination: Combination
    /// How much each member counts in a weighted mean; as many as there are members.
    package let weights: [Double]
    /// How many classes a prediction lists.
    package let top: Int

    /// Seats as many members as there are weights.
    ///
    /// The weights matter to ``Combination/weightedMean`` alone, and only in proportion to each
    /// other. Throws where there is no member, a weight is not above 0, or `top` is below 1.
    package init(
        combination: Combination, weights: [Double], top: Int
    ) throws(CommitteeError) {
        let total = weights.reduce(0, +)
        guard !weights.isEmpty, total.isFinite, weights.allSatisfy({ $0 > 0 }) else {
            throw .weights(weights)
        }
        guard top >= 1 else { throw .top(top) }
        self.combination = combination
        self.weights = weights
        self.top = top
    }

    /// Seats the members of a pipeline definition.
    package init(_ definition: PipelineDefinition) throws(CommitteeError) {
        try self.init(
            combination: definition.combination, weights: definition.members.map(\.weight),
            top: definition.top)
    }

    /// Decides about one image from each member's logits.
    package func decide(_ logits: [[Float]]) throws(CommitteeError) -> Prediction {
        let flat = logits.flatMap { $0 }
        let classes = flat.count / max(1, logits.count)
        guard logits.count == weights.count, logits.allSatisfy({ $0.count == classes }) else {
            throw .shape(members: weights.count, values: flat.count)
        }
        var scratch = Scratch()
        return try decide(flat.span, using: &scratch)
    }

    /// Decides about one image; `logits` is [members, classes], the members in their order.
    ///
    /// A caller with many images keeps one `scratch` for all of them.
    package func decide(
        _ logits: Span<Float>, using scratch: inout Scratch
    ) throws(CommitteeError) -> Prediction {
        let classes = logits.count / weights.count
        guard classes > 0, classes * weights.count == logits.count else {
            throw .shape(members: weights.count, values: logits.count)
        }
        scratch.clear(classes: classes)
        var members: [Prediction.Choice] = []
        members.reserveCapacity(weights.count)
        for member in weights.indices {
            let row = logits.extracting(member * classes..<(member + 1) * classes)
            guard let peak = Peak(of: row) else { throw .notFinite(member: member) }
            let own = hear(row, peak: peak, member: member, scratch: &scratch)
            members.append(.init(index: peak.index, probability: own))
        }
        combine(members, scratch: &scratch)
        return prediction(members, scratch: scratch)
    }

    /// The numbers of the image in hand, kept from one image to the next to spare allocations.
    package struct Scratch: Sendable {
        /// One member's unnormalised probabilities, [classes].
        var exponentials: [Double] = []
        /// What the combination sums over the members, then the combined distribution, [classes].
        var combined: [Double] = []
        /// What ranks classes of equal combined probability, [classes]; used by a vote alone.
        var tieBreaker: [Double] = []

        /// Room for any number of classes.
        package init() {}

        mutating func clear(classes: Int) {
            if combined.count != classes {
                exponentials = [Double](repeating: 0, count: classes)
                tieBreaker = exponentials
                combined = exponentials
            } else {
                for index in combined.indices { combined[index] = 0 }
            }
        }
    }
}
