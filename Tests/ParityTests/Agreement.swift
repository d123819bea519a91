/// How far logits are from those that they should be.
struct Agreement {
    /// The largest difference, in standard deviations of the expected logits.
    let deviation: Double
    /// Whether both have their largest number in the same place.
    let hasSameLabel: Bool

    /// The bound of the suite.
    static let tolerance = 1e-3

    init(_ found: [Float], with expected: [Float]) {
        let mean = expected.reduce(0.0) { $0 + Double($1) } / Double(max(expected.count, 1))
        let squares = expected.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        let std = (squares / Double(max(expected.count, 1))).squareRoot()
        let largest = zip(found, expected).map { abs(Double($0) - Double($1)) }.max() ?? .infinity
        let isComparable = found.count == expected.count && found.allSatisfy(\.isFinite) && std > 0
        deviation = isComparable ? largest / std : .infinity
        hasSameLabel = Self.label(found) == Self.label(expected)
    }

    private static func label(_ logits: [Float]) -> Int? {
        logits.indices.max { logits[$0] < logits[$1] }
    }
}
