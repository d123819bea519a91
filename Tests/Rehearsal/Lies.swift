import TestSupport

/// How often a stub worker is wrong, drawn by a seed.
package struct Lies: Sendable {
    private let share: Double
    private let seed: UInt64
    private let truths: Int
    private var generator: SeededGenerator
    private var pictures = 0

    /// Wrong about that share of its pictures, once it was right about the first `truths`.
    package init(_ share: Double, seed: UInt64, after truths: Int = 0) {
        (self.share, self.seed, self.truths) = (share, seed, truths)
        generator = SeededGenerator(seed: seed)
    }

    /// What a worker's words say of them; nil where they say nothing.
    init?(_ settings: [String: String]) {
        guard let share = settings["flip"].flatMap(Double.init) else { return nil }
        self.init(
            share, seed: UInt64(settings["seed"] ?? "") ?? 0,
            after: Int(settings["after"] ?? "") ?? 0)
    }

    /// The words that say so.
    var words: [String] { ["flip=\(share)", "seed=\(seed)", "after=\(truths)"] }

    /// Whether the next picture is one that it is wrong about.
    mutating func isNext() -> Bool {
        pictures += 1
        return Double.random(in: 0..<1, using: &generator) < share && pictures > truths
    }
}
