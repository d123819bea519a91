import PipelineCore
import Testing

@Suite("What networks say of a canary")
struct CanaryLogitsTests {
    typealias Member = CanaryLogits.Member

    @Test(
        "is sampled evenly",
        arguments: [(1, 1), (10, 10), (64, 64), (65, 33), (1000, 63), (21_841, 64)])
    func sample(classes: Int, kept: Int) {
        let logits = (0..<classes).map { Float($0) }
        let member = Member(name: "n", sampling: logits)
        #expect(member.logits.count == kept)
        #expect(member.logits.first == 0)
        let steps = zip(member.logits, member.logits.dropFirst()).map { $1 - $0 }
        #expect(Set(steps).count <= 1)
        // Of a row of whole numbers from 0 it is known.
        let variance = Float(classes * classes - 1) / 12
        #expect(abs(member.deviation * member.deviation - variance) <= variance * 1e-3)
    }

    @Test("is nothing where it is no numbers", arguments: [Float.nan, .infinity])
    func noNumbers(_ value: Float) {
        let member = Member(name: "n", sampling: [1, value, 2])
        #expect(member.logits.isEmpty)
        #expect(CanaryLogits(members: [member]).isWellFormed)
    }

    /// Logits with a standard deviation of 2.
    static let known = CanaryLogits(members: [
        Member(name: "a", sampling: [0, 4, 0, 4]), Member(name: "b", sampling: [1, 1, 1, 1]),
    ])

    @Test(
        "agrees within a twentieth of its standard deviation",
        arguments: [
            ([0, 4, 0, 4], nil), ([0.09, 4, 0, 3.91], nil), ([0, 4, 0, 4.2], 0.1),
            ([4, 0, 4, 0], 2),
        ] as [([Float], Float?)])
    func difference(logits: [Float], deviations: Float?) {
        let said = CanaryLogits(members: [
            Member(name: "a", sampling: logits), Self.known.members[1],
        ])
        let difference = said.difference(from: Self.known)
        #expect(difference?.member == deviations.map { _ in "a" })
        #expect(difference.map { abs(($0.deviations ?? 9) - (deviations ?? 9)) < 1e-3 } ?? true)
    }

    @Test(
        "agrees within half of it where numbers are rounded between the layers",
        arguments: [Precision.bf16, .int8])
    func rounded(_ precision: Precision) {
        let known = CanaryLogits(members: [Member(name: "a", precision, sampling: [0, 4, 0, 4])])
        for (logits, agree) in [([0.7, 4, 0, 3.4], true), ([1.1, 4, 0, 4], false)]
            as [([Float], Bool)]
        {
            let said = CanaryLogits(members: [Member(name: "a", precision, sampling: logits)])
            #expect((said.difference(from: known) == nil) == agree)
        }
    }

    @Test("does not agree where a logit is far off, whichever of them has it")
    func farOff() {
        let broken = CanaryLogits(members: [
            Member(name: "a", sampling: [0, 1e30, 0, 4]), Self.known.members[1],
        ])
        #expect(broken.difference(from: Self.known)?.member == "a")
        #expect(Self.known.difference(from: broken)?.member == "a")
    }

    @Test("does not agree with another network, other classes, or fewer networks")
    func unlike() {
        let one = Self.known.members[0]
        for members in [
            [one], [one, Member(name: "c", sampling: [1, 1, 1, 1])],
            [one, Member(name: "b", sampling: [1, 1, 1])],
            [one, Member(name: "b", sampling: [.nan])],
        ] {
            let difference = CanaryLogits(members: members).difference(from: Self.known)
            #expect(difference != nil && difference?.deviations == nil)
        }
        #expect(
            CanaryLogits(members: Self.known.members + [one]).difference(from: Self.known) != nil)
        let flat = CanaryLogits(members: [one, Member(name: "b", sampling: [1, 1, 1, 1.1])])
        #expect(flat.difference(from: Self.known)?.member == "b")
    }

    @Test("is refused where it is too much, or no numbers")
    func form() {
        var member = Member(name: "a", sampling: [1, 2])
        #expect(CanaryLogits(members: [member]).isWellFormed)
        #expect(!CanaryLogits(members: []).isWellFormed)
        let many = [Member](repeating: member, count: 65)
        #expect(!CanaryLogits(members: many).isWellFormed)
        member.name = String(repeating: "a", count: 201)
        #expect(!CanaryLogits(members: [member]).isWellFormed)
        member.name = "a"
        member.logits = [.nan]
        #expect(!CanaryLogits(members: [member]).isWellFormed)
        member.logits = [Float](repeating: 0, count: CanaryLogits.sample + 1)
        #expect(!CanaryLogits(members: [member]).isWellFormed)
        member.logits = [0]
        member.deviation = -1
        #expect(!CanaryLogits(members: [member]).isWellFormed)
    }
}
