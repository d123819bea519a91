import Ensembles
import PipelineCore
import Testing

/// Three members of five classes who disagree, and what numpy makes of them.
///
///     e = np.exp(L - L.max(1, keepdims=True)); P = e / e.sum(1, keepdims=True)
///     P.mean(0); (P * w[:, None]).sum(0) / w.sum(); softmax(L.mean(0))
@Suite("A committee")
struct CommitteeTests {
    static let logits: [[Float]] = [
        [2.5, -1, 0.25, 3, 0],
        [1.5, 0.5, -2, 1.25, 0.75],
        [-0.5, 4, 1, 3.5, -3],
    ]
    static let weights = [1, 2, 0.5]

    struct Expected: Sendable, CustomTestStringConvertible {
        let combination: Combination
        let order: [Int]
        let probabilities: [Double]
        let entropy: Double
        var testDescription: String { combination.rawValue }
    }

    static let expectations = [
        Expected(
            combination: .meanProbability, order: [3, 1, 0, 4, 2],
            probabilities: [
                0.4109042941640149, 0.2495985608051605, 0.24433139421180683,
                0.06916196768624071, 0.02600378313277708,
            ],
            entropy: 1.3358472851330507),
        Expected(
            combination: .weightedMean, order: [3, 0, 1, 4, 2],
            probabilities: [
                0.3842591347514827, 0.31632313599091244, 0.16798810491666863,
                0.11014714223153158, 0.021282482109404647,
            ],
            entropy: 1.356185378458287),
        // Classes 0 and 1 have the same sum of logits: the lower index comes first.
        Expected(
            combination: .meanLogit, order: [3, 0, 1, 2, 4],
            probabilities: [
                0.6330986717028777, 0.15353977021178364, 0.15353977021178364,
                0.03723663007107233, 0.022585157802482787,
            ],
            entropy: 1.0729459829948491),
        // A vote each for 3, 0 and 1: the mean probability decides.
        Expected(
            combination: .majorityVote, order: [3, 1, 0, 4, 2],
            probabilities: [1.0 / 3, 1.0 / 3, 1.0 / 3, 0, 0],
            entropy: 1.0986122886681096),
    ]

    @Test("agrees with numpy", arguments: expectations)
    func reference(_ expected: Expected) throws {
        let committee = try Committee(
            combination: expected.combination, weights: Self.weights, top: 5)
        let prediction = try committee.decide(Self.logits)

        #expect(prediction.top.map(\.index) == expected.order)
        #expect(prediction.top.map(\.probability).isClose(to: expected.probabilities))
        #expect(prediction.index == expected.order[0])
        #expect(prediction.confidence == prediction.top[0].probability)
        #expect(
            [prediction.margin].isClose(
                to: [expected.probabilities[0] - expected.probabilities[1]]))
        #expect([prediction.entropy].isClose(to: [expected.entropy]))
        #expect(prediction.agreement == 1.0 / 3)
        #expect(prediction.members.map(\.index) == [3, 0, 1])
        #expect(
            prediction.members.map(\.probability).isClose(
                to: [0.575188255549204, 0.37746615240124964, 0.5993987048272951]))
    }

    @Test("lets the majority win over the surer member")
    func majority() throws {
        let logits: [[Float]] = [[0, 0.1, 0], [0, 0.1, 0], [9, 0, 0]]
        let vote = try Committee(combination: .majorityVote, weights: [1, 1, 1], top: 3)
        let prediction = try vote.decide(logits)

        #expect(prediction.index == 1)
        #expect(prediction.confidence == 2.0 / 3)
        #expect(abs(prediction.margin - 1.0 / 3) < 1e-15)
        #expect(prediction.agreement == 2.0 / 3)
        // The loser's vote comes second; the class without one last, whatever its index.
        #expect(prediction.top.map(\.index) == [1, 0, 2])
        #expect(prediction.top.map(\.probability) == [2.0 / 3, 1.0 / 3, 0])

        let mean = try Committee(combination: .meanProbability, weights: [1, 1, 1], top: 3)
        #expect(try mean.decide(logits).index == 0)
    }

    @Test("weighs members in proportion alone")
    func proportion() throws {
        let light = try Committee(combination: .weightedMean, weights: [1, 2, 0.5], top: 5)
        let heavy = try Committee(combination: .weightedMean, weights: [4, 8, 2], top: 5)

        #expect(try light.decide(Self.logits) == heavy.decide(Self.logits))
    }

    @Test(
        "lists as many classes as asked for, and no more than there are",
        arguments: [
            (1, 1), (2, 2), (5, 5), (100, 5),
        ])
    func length(top: Int, listed: Int) throws {
        let committee = try Committee(
            combination: .meanProbability, weights: Self.weights, top: top)
        let prediction = try committee.decide(Self.logits)

        #expect(prediction.top.count == listed)
        #expect(abs(prediction.margin - 0.16130573335885443) < 1e-12)
    }

    @Test("is certain where there is one class")
    func oneClass() throws {
        let committee = try Committee(combination: .meanProbability, weights: [1], top: 5)
        let prediction = try committee.decide([[-3]])

        #expect(prediction.confidence == 1)
        #expect(prediction.margin == 1)
        #expect(prediction.entropy == 0)
        #expect(prediction.agreement == 1)
    }

    @Test(
        "refuses logits that are not finite, and names the member",
        arguments: [
            Float.nan, .infinity, -.infinity,
        ])
    func notFinite(_ bad: Float) throws {
        for combination in Combination.allCases {
            let committee = try Committee(
                combination: combination, weights: Self.weights, top: 5)
            for member in 0..<3 {
                for index in 0..<5 {
                    var logits = Self.logits
                    logits[member][index] = bad
                    #expect(throws: CommitteeError.notFinite(member: member)) {
                        try committee.decide(logits)
                    }
                }
            }
        }
    }

    @Test(
        "refuses rows of other shapes",
        arguments: [
            [], [[1, 2], [3, 4]], [[1, 2], [3, 4], [5]], [[1], [2, 3], [4, 5, 6]], [[], [], []],
        ] as [[[Float]]])
    func shape(_ logits: [[Float]]) throws {
        let committee = try Committee(
            combination: .meanProbability, weights: Self.weights, top: 5)

        #expect(
            throws: CommitteeError.shape(members: 3, values: logits.reduce(0) { $0 + $1.count })
        ) {
            try committee.decide(logits)
        }
    }

    @Test(
        "needs members of some weight",
        arguments: [
            [], [0], [1, -1], [.nan], [.infinity],
            [.greatestFiniteMagnitude, .greatestFiniteMagnitude],
        ] as [[Double]])
    func weights(_ weights: [Double]) {
        #expect(throws: CommitteeError.self) {
            try Committee(combination: .weightedMean, weights: weights, top: 5)
        }
        #expect(throws: CommitteeError.top(0)) {
            try Committee(combination: .weightedMean, weights: [1], top: 0)
        }
    }
}

extension [Double] {
    /// Whether both are equally long and no two numbers further apart than 1e-12.
    func isClose(to other: [Double]) -> Bool {
        count == other.count && zip(self, other).allSatisfy { abs($0 - $1) <= 1e-12 }
    }
}
