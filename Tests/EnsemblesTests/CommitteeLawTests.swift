import Glibc
import PipelineCore
import TestSupport
import Testing

@testable import Ensembles

/// What holds for any logits, tried on seeded random ones.
@Suite("Whatever the logits, a committee's prediction")
struct CommitteeLawTests {
    @Test("is a distribution with its entropy in bounds", arguments: Combination.allCases)
    func distribution(_ combination: Combination) throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<200 {
            let classes = Int.random(in: 1...40, using: &random)
            let members = Int.random(in: 1...5, using: &random)
            let scale = Float.random(in: 0...60, using: &random)
            let committee = try Committee(
                combination: combination,
                weights: (0..<members).map { _ in Double.random(in: 0.1...9, using: &random) },
                top: classes)
            let prediction = try committee.decide(
                random.logits(members: members, classes: classes, scale: scale))
            let probabilities = prediction.top.map(\.probability)

            #expect(abs(probabilities.reduce(0, +) - 1) < 1e-12)
            #expect(probabilities.allSatisfy { 0...1 ~= $0 || abs($0 - 1) < 1e-12 })
            #expect(probabilities == probabilities.sorted(by: >))
            #expect(Set(prediction.top.map(\.index)) == Set(0..<classes))
            #expect(0...log(Double(classes)) + 1e-12 ~= prediction.entropy)
            #expect(prediction.margin >= 0)
            #expect(prediction.margin <= prediction.confidence)
            #expect(0...1 ~= prediction.agreement)
        }
    }

    @Test("does not depend on the order of the members", arguments: Combination.allCases)
    func permutation(_ combination: Combination) throws {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<100 {
            let logits = random.logits(members: 4, classes: 12, scale: 5)
            let weights = (0..<4).map { _ in Double.random(in: 0.1...9, using: &random) }
            let order = (0..<4).shuffled(using: &random)
            let one = try Committee(combination: combination, weights: weights, top: 12)
                .decide(logits)
            let other = try Committee(
                combination: combination, weights: order.map { weights[$0] }, top: 12
            ).decide(order.map { logits[$0] })

            #expect(one.top.map(\.index) == other.top.map(\.index))
            #expect(one.top.map(\.probability).isClose(to: other.top.map(\.probability)))
            #expect(abs(one.entropy - other.entropy) < 1e-12)
            #expect(one.agreement == other.agreement)
            #expect(order.map { one.members[$0] } == other.members)
        }
    }

    @Test("is each member's own where all say the same", arguments: Combination.allCases)
    func unanimity(_ combination: Combination) throws {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<100 {
            let row = random.logits(members: 1, classes: 9, scale: 4)[0]
            let alone = try Committee(combination: .meanProbability, weights: [1], top: 9)
                .decide([row])
            let together = try Committee(combination: combination, weights: [3, 1, 2], top: 9)
                .decide([row, row, row])

            #expect(together.index == alone.index)
            #expect(together.agreement == 1)
            #expect(together.members.allSatisfy { $0 == alone.members[0] })
            if combination == .majorityVote {
                #expect(together.confidence == 1)
                #expect(together.entropy == 0)
            } else {
                #expect(
                    [together.confidence, together.margin, together.entropy].isClose(
                        to: [alone.confidence, alone.margin, alone.entropy]))
            }
        }
    }

    @Test("does not change when a constant is added to a member's logits")
    func shift() throws {
        let committee = try Committee(combination: .meanProbability, weights: [1, 1], top: 3)
        let one = try committee.decide([[1, 2, 4], [0, 8, -4]])
        let other = try committee.decide([[-63, -62, -60], [1024, 1032, 1020]])

        #expect(one == other)
    }

    @Test("survives the largest and smallest numbers", arguments: Combination.allCases)
    func extremes(_ combination: Combination) throws {
        let huge = Float.greatestFiniteMagnitude
        let committee = try Committee(combination: combination, weights: [1, 1], top: 3)
        let sure = try committee.decide([[huge, -huge, 0], [huge, -huge, 0]])
        let guess = try committee.decide([[-huge, -huge, -huge], [0, 0, 0]])

        #expect(sure.index == 0)
        #expect(sure.confidence == 1)
        #expect(sure.entropy == 0)
        #expect(guess.index == 0)
        if combination != .majorityVote { #expect(abs(guess.entropy - log(3)) < 1e-12) }
    }

    @Test("is the same in a scratch that has served other shapes")
    func scratch() throws {
        var random = SeededGenerator(seed: 4)
        var scratch = Committee.Scratch()
        for combination in Combination.allCases + Combination.allCases {
            for (members, classes) in [(3, 10), (1, 10), (2, 4), (3, 17)] {
                let committee = try Committee(
                    combination: combination, weights: Array(repeating: 1, count: members), top: 5)
                let logits = random.logits(members: members, classes: classes, scale: 3)
                let flat = logits.flatMap { $0 }

                #expect(
                    try committee.decide(flat.span, using: &scratch) == committee.decide(logits))
            }
        }
    }

    @Test("ranks as a full sort would")
    func ranking() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<300 {
            let count = Int.random(in: 0...30, using: &random)
            // Few values, so that many are equal.
            let scores = (0..<count).map { _ in Double(Int.random(in: 0...4, using: &random)) }
            let ties = (0..<count).map { _ in Double(Int.random(in: 0...2, using: &random)) }
            let wanted = Int.random(in: 0...35, using: &random)
            let plain = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
            let broken = scores.indices.sorted {
                (scores[$1], ties[$1], $0) < (scores[$0], ties[$0], $1)
            }

            #expect(largest(wanted, of: scores) == Array(plain.prefix(wanted)))
            #expect(
                largest(wanted, of: scores, breakingTiesBy: ties) == Array(broken.prefix(wanted)))
        }
    }
}

extension SeededGenerator {
    /// Random logits, [members, classes], from -scale to scale.
    mutating func logits(members: Int, classes: Int, scale: Float) -> [[Float]] {
        (0..<members).map { _ in
            (0..<classes).map { _ in Float.random(in: -1...1, using: &self) * scale }
        }
    }
}
