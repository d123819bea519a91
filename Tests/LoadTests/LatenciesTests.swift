import Testing

@testable import Load

@Suite("Latencies")
struct LatenciesTests {
    @Test(
        "give the time that a share of all are not above",
        arguments: [
            ([], 0.99, 0), ([5], 0.5, 5), ([4, 2, 1, 3], 0.5, 2), ([4, 2, 1, 3], 0.99, 4),
            ((1...1000).map(Double.init), 0.99, 990),
        ] as [([Double], Double, Double)])
    func percentiles(times: [Double], share: Double, expected: Double) {
        #expect(Latencies(times).percentile(share) == expected)
    }
}
