import PipelineCore
import TestSupport

/// What goes wrong in one simulated run, and how often; all of it follows from the seed.
struct Plan: CustomStringConvertible {
    let seed: UInt64
    let images: Int
    /// Nil where the size follows the workers' speed.
    let shardSize: Int?
    let workers: Int
    /// Rows whose image ends whoever looks at it.
    let poison: Set<Int>
    /// Rows whose image has no label.
    let bad: Set<Int>
    /// What a worker that was started again knows of the death of the one before.
    let marks: Marks
    /// In per cent of all messages, each way.
    let dropped: Int
    let repeated: Int
    /// The longest that a message is under way, in milliseconds: longer ones overtake each other.
    let delay: Int
    /// In per mille of all steps of a worker.
    let kills: Int
    let pauses: Int
    let departures: Int
    let failures: Int
    /// In per mille of all messages that arrive.
    let restarts: Int
    let sleeps: Int

    enum Marks: CaseIterable {
        /// Nothing: the coordinator hears only silence.
        case none
        /// Which images all its threads had in hand, as after `SIGKILL`.
        case rows
        /// The image that ended it, and the signal.
        case signals
    }

    init(seed: UInt64) {
        self.seed = seed
        var chance = SeededGenerator(seed: seed)
        images = Int.random(in: 1...48, using: &chance)
        shardSize = Bool.random(using: &chance) ? nil : Int.random(in: 1...20, using: &chance)
        workers = Int.random(in: 1...5, using: &chance)
        let rows = (0..<images).shuffled(using: &chance)
        poison = Set(rows.prefix([0, 0, 1, 1, 2, 3].randomElement(using: &chance) ?? 0))
        bad = Set(rows.suffix(images / 8))
        marks = Marks.allCases.randomElement(using: &chance) ?? .none
        dropped = [0, 0, 5, 25].randomElement(using: &chance) ?? 0
        repeated = [0, 5, 20].randomElement(using: &chance) ?? 0
        delay = [10, 500, 8000].randomElement(using: &chance) ?? 10
        kills = [0, 0, 4, 20].randomElement(using: &chance) ?? 0
        pauses = [0, 0, 10, 40].randomElement(using: &chance) ?? 0
        departures = [0, 0, 10].randomElement(using: &chance) ?? 0
        failures = [0, 0, 5].randomElement(using: &chance) ?? 0
        restarts = [0, 0, 10].randomElement(using: &chance) ?? 0
        sleeps = [0, 0, 3].randomElement(using: &chance) ?? 0
    }

    /// Whether a worker may fall silent for a term without being at fault for it.
    var hasSilence: Bool {
        kills + pauses + sleeps + restarts > 0 || dropped > 0 || delay > 1000
    }

    var description: String {
        "seed \(seed): \(images) images, shards of \(shardSize.map(String.init) ?? "any size"), "
            + "\(workers) workers, poison \(poison.sorted()), marks \(marks), dropped \(dropped) %, "
            + "repeated \(repeated) %, delay \(delay) ms, kills \(kills) ‰, pauses \(pauses) ‰, "
            + "departures \(departures) ‰, failures \(failures) ‰, restarts \(restarts) ‰, "
            + "sleeps \(sleeps) ‰"
    }
}
