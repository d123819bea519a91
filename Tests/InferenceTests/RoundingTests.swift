import TestSupport
import Testing

@testable import Inference

@Suite("Rounding a filter to whole steps")
struct RoundingTests {
    @Test("keeps its sum to half a step, and every weight to the nearest two", arguments: 1...20)
    func sums(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...2000, using: &generator)
        let exact = (0..<count).map { _ in Float.random(in: -0.3...1, using: &generator) }
        let step = (exact.map(abs).max() ?? 1) / 127
        var whole = exact
        SumPreservingRounding.round(&whole[...], step: step)
        let error = zip(whole, exact).reduce(0.0) { $0 + Double($1.0) - Double($1.1 / step) }
        #expect(abs(error) <= 0.51)
        for (whole, exact) in zip(whole, exact) {
            #expect(whole == whole.rounded() && abs(whole) <= 127)
            #expect(abs(whole - exact / step) <= 1)
        }
    }

    @Test(
        "stays within a signed byte's symmetric range",
        arguments: [
            [127, -127, 126.49, 126.49, 126.49], [-127, -126.49, -126.49, -126.49], [0, 0],
        ])
    func limits(_ exact: [Float]) {
        var whole = exact
        SumPreservingRounding.round(&whole[...], step: 1)
        #expect(whole.allSatisfy { abs($0) <= 127 && $0 == $0.rounded() })
    }
}
