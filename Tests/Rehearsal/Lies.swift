import Synchronization
import TestSupport

/// How often a stub worker is wrong, drawn by a seed.
package final class Lies: Sendable {
    private let share: Double
    private let seed: UInt64
    private let truths: Int
    /// Whether it tells the canary from a picture, and is right about it.
    private let knowsCanary: Bool
    /// The draws, and how many there were: one a picture, whatever shard it is of.
    private let draws: Mutex<(generator: SeededGenerator, pictures: Int)>

    /// Wrong about that share of its pictures, once it was right about the first `truths`; always
    /// right about the canary where it knows that one, as a liar might and no broken machine does.
    package init(
        _ share: Double, seed: UInt64, after truths: Int = 0,
        knowingCanary knowsCanary: Bool = false
    ) {
        (self.share, self.seed, self.truths) = (share, seed, truths)
        self.knowsCanary = knowsCanary
        draws = Mutex((SeededGenerator(seed: seed), 0))
    }

    /// What a worker's words say of them; nil where they say nothing.
    convenience init?(_ settings: [String: String]) {
        guard let share = settings["flip"].flatMap(Double.init) else { return nil }
        self.init(
            share, seed: UInt64(settings["seed"] ?? "") ?? 0,
            after: Int(settings["after"] ?? "") ?? 0,
            knowingCanary: settings["canary"] == "known")
    }

    /// The words that say so.
    var words: [String] {
        ["flip=\(share)", "seed=\(seed)", "after=\(truths)"] + (knowsCanary ? ["canary=known"] : [])
    }

    /// Whether it is wrong about the next picture, which may be the canary.
    func isNext(isCanary: Bool) -> Bool {
        if isCanary, knowsCanary { return false }
        return draws.withLock { draws in
            draws.pictures += 1
            return Double.random(in: 0..<1, using: &draws.generator) < share
                && draws.pictures > truths
        }
    }
}
