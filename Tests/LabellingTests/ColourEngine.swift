import Foundation
import PipelineCore
import Results
import Synchronization

@testable import Labelling

/// Networks whose logits are what they see: the red, green and blue of their input's middle pixel.
///
/// The labels of a shard can be told from its pictures, so that a row in the wrong place shows.
final class ColourEngine: EnsembleLoader {
    /// Input sizes of the members, which are called `a`, `b` and `c`.
    let sides: [Int]
    /// Where classifiers wait before each batch; nil for nowhere.
    let turnstile: Turnstile?
    let failure: (any Error)?
    /// Whether every load gives the same ensemble, as for equal definitions it should.
    let keepsEnsemble: Bool
    /// Whether it says how it computes, so that its logits may be used again.
    let hasProcedure: Bool
    /// What it adds to everything it sees, as a broken machine might.
    let flaw: Float
    private let batchCount = Mutex(0)
    private let imageCounts = Mutex<[Int: Int]>([:])
    private let ensemble = Mutex<(any LoadedEnsemble)?>(nil)

    init(
        sides: [Int] = [4, 6], turnstile: Turnstile? = nil, failure: (any Error)? = nil,
        keepsEnsemble: Bool = true, hasProcedure: Bool = true, flaw: Float = 0
    ) {
        self.sides = sides
        self.turnstile = turnstile
        self.failure = failure
        self.keepsEnsemble = keepsEnsemble
        self.hasProcedure = hasProcedure
        self.flaw = flaw
    }

    /// How many batches were classified that were not canaries alone.
    var batches: Int { batchCount.withLock { $0 } }

    /// How many images the member was asked about, not counting canaries.
    func images(ofMember member: Int = 0) -> Int { imageCounts.withLock { $0[member] ?? 0 } }

    func load(_ definition: PipelineDefinition, batch: Int) throws -> any LoadedEnsemble {
        if let failure { throw failure }
        return ensemble.withLock { ensemble in
            let loaded = ensemble ?? ColourEnsemble(self, batch: batch)
            if keepsEnsemble { ensemble = loaded }
            return loaded
        }
    }

    fileprivate func countBatch() { batchCount.withLock { $0 += 1 } }

    fileprivate func count(_ images: Int, ofMember member: Int) {
        imageCounts.withLock { $0[member, default: 0] += images }
    }
}

private final class ColourEnsemble: LoadedEnsemble {
    let engine: ColourEngine
    let members: [LoadedMember]
    let batch: Int

    init(_ engine: ColourEngine, batch: Int) {
        self.engine = engine
        self.batch = batch
        members = engine.sides.enumerated().map { index, side in
            let preprocessing = Preprocessing(
                resize: side + 2, crop: side, interpolation: .bilinear, mean: [0, 0, 0],
                std: [1, 1, 1])
            return LoadedMember(
                identity: ResultMember(
                    name: ["a", "b", "c"][index], weights: SHA256Digest(of: [UInt8(index)]),
                    classes: 3,
                    procedure: engine.hasProcedure
                        ? Procedure(preprocessing: preprocessing, program: "colours") : nil),
                preprocessing: preprocessing)
        }
    }

    func makeClassifiers() -> [any Classifier] {
        engine.sides.enumerated().map { index, side in
            ColourClassifier(side: side, batch: batch, engine: engine, member: index)
        }
    }
}

private final class ColourClassifier: Classifier {
    let input: UnsafeMutableBufferPointer<Float>
    private let logits: UnsafeMutableBufferPointer<Float>
    private let batch: Int
    private let engine: ColourEngine
    private let member: Int

    init(side: Int, batch: Int, engine: ColourEngine, member: Int) {
        input = .allocate(capacity: batch * side * side * 3)
        input.initialize(repeating: 0)
        logits = .allocate(capacity: batch * 3)
        logits.initialize(repeating: 0)
        self.batch = batch
        self.engine = engine
        self.member = member
    }

    deinit {
        input.deallocate()
        logits.deallocate()
    }

    func run(count: Int) -> UnsafeBufferPointer<Float> {
        let image = input.count / batch
        // All pictures are of one colour, but for the canary.
        let pictures = (0..<count).count { slot in
            (0..<image).allSatisfy { input[slot * image + $0] == input[slot * image + $0 % 3] }
        }
        if member == 0, pictures > 0 {
            engine.turnstile?.pass()
            engine.countBatch()
        }
        engine.count(pictures, ofMember: member)
        let middle = image / 3 / 2 * 3
        for slot in 0..<count {
            for channel in 0..<3 {
                logits[slot * 3 + channel] =
                    input[slot * image + middle + channel] + (channel == 0 ? engine.flaw : 0)
            }
        }
        return UnsafeBufferPointer(logits)
    }
}

/// Holds threads back until a test lets them pass.
final class Turnstile: @unchecked Sendable {
    private let condition = NSCondition()
    private var isOpen = false
    private var passes = 0
    private var arrivals = 0

    /// Waits until the turnstile is open, or uses up one of the passes.
    func pass() {
        condition.lock()
        defer { condition.unlock() }
        arrivals += 1
        while !isOpen && passes == 0 { condition.wait() }
        if !isOpen { passes -= 1 }
    }

    /// Lets `count` through.
    func admit(_ count: Int) { change { passes += count } }

    /// Lets everybody through from now on.
    func open() { change { isOpen = true } }

    /// How often somebody has come so far.
    var arrived: Int {
        condition.lock()
        defer { condition.unlock() }
        return arrivals
    }

    private func change(_ body: () -> Void) {
        condition.lock()
        body()
        condition.broadcast()
        condition.unlock()
    }
}
