import PipelineCore

/// The four ways from the members' logits to one distribution.
extension Committee {
    /// Adds one member's row to the sums; the member's own probability of its first class.
    func hear(
        _ row: Span<Float>, peak: Peak, member: Int, scratch: inout Scratch
    ) -> Double {
        let total = exponentiate(row, below: peak.logit, into: &scratch.exponentials)
        switch combination {
        case .meanLogit:
            for index in row.indices { scratch.combined[index] += Double(row[index]) }
        case .meanProbability, .majorityVote:
            scratch.add(times: 1 / total)
        case .weightedMean:
            scratch.add(times: weights[member] / total)
        }
        return 1 / total
    }

    /// Turns the sums into the combined distribution.
    func combine(_ members: [Prediction.Choice], scratch: inout Scratch) {
        switch combination {
        case .meanProbability:
            scratch.scale(by: 1 / Double(members.count))
        case .weightedMean:
            scratch.scale(by: 1 / weights.reduce(0, +))
        case .meanLogit:
            scratch.scale(by: 1 / Double(members.count))
            softmax(&scratch.combined)
        case .majorityVote:
            swap(&scratch.combined, &scratch.tieBreaker)
            for index in scratch.combined.indices { scratch.combined[index] = 0 }
            for choice in members {
                let votes = members.count { $0.index == choice.index }
                scratch.combined[choice.index] = Double(votes) / Double(members.count)
            }
        }
    }

    /// Reads a prediction off the combined distribution.
    func prediction(_ members: [Prediction.Choice], scratch: Scratch) -> Prediction {
        let tieBreaker = combination == .majorityVote ? scratch.tieBreaker : nil
        let best = largest(max(top, 2), of: scratch.combined, breakingTiesBy: tieBreaker)
        let first = scratch.combined[best[0]]
        let second = best.count > 1 ? scratch.combined[best[1]] : 0
        let agreeing = members.count { $0.index == best[0] }
        return Prediction(
            index: best[0], confidence: first, margin: first - second,
            entropy: entropy(of: scratch.combined),
            agreement: Double(agreeing) / Double(members.count),
            top: best.prefix(top).map { .init(index: $0, probability: scratch.combined[$0]) },
            members: members)
    }
}

extension Committee.Scratch {
    /// Adds the member in hand, normalised and weighted by `factor`.
    fileprivate mutating func add(times factor: Double) {
        for index in combined.indices { combined[index] += exponentials[index] * factor }
    }

    fileprivate mutating func scale(by factor: Double) {
        for index in combined.indices { combined[index] *= factor }
    }
}
