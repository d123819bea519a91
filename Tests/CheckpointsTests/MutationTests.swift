import Checkpoints
import Testing

/// Damage of every kind must end in an error or in tensors that can be read, never in a crash.
@Suite("A damaged checkpoint")
struct MutationTests {
    /// Opens the file and touches everything in it; the error it ended in, if it did.
    private func outcome(of bytes: [UInt8], in folder: ScratchFolder) throws -> CheckpointError? {
        let path = try folder.file(bytes)
        do {
            let checkpoint = try Checkpoint(path: path)
            for name in checkpoint.names {
                guard let tensor = checkpoint.tensors[name] else { continue }
                _ = tensor.withBytes { $0.reduce(0, &+) }
                // Damage may turn a view into one that repeats itself without bound.
                _ = try? tensor.floats()
                _ = try? tensor.integers()
            }
            return nil
        } catch {
            #expect(!error.description.isEmpty)
            return error
        }
    }

    @Test("is refused at every length shorter than its own", arguments: Fixtures.all)
    func truncation(_ name: String) throws {
        let folder = try ScratchFolder()
        let bytes = try Fixtures.bytes(name)
        for length in 0..<bytes.count {
            let error = try outcome(of: Array(bytes.prefix(length)), in: folder)
            #expect(error != nil, "cut to \(length) bytes")
        }
    }

    @Test("ends in an error or in tensors", arguments: Fixtures.all)
    func flips(_ name: String) throws {
        let folder = try ScratchFolder()
        let bytes = try Fixtures.bytes(name)
        var generator = SeededGenerator(seed: 20_240_607)
        var refused = 0
        for round in 0..<2000 {
            var damaged = bytes
            for _ in 0...round % 4 {
                let place = Int.random(in: 0..<damaged.count, using: &generator)
                damaged[place] = UInt8.random(in: 0...255, using: &generator)
            }
            if try outcome(of: damaged, in: folder) != nil { refused += 1 }
        }
        #expect(refused > 100)
    }

    @Test("with extreme numbers in it ends in an error or in tensors", arguments: Fixtures.all)
    func extremes(_ name: String) throws {
        let folder = try ScratchFolder()
        let bytes = try Fixtures.bytes(name)
        let patterns: [[UInt8]] = [[0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F]]
        for pattern in patterns {
            for place in 0..<max(0, bytes.count - pattern.count) {
                var damaged = bytes
                damaged.replaceSubrange(place..<place + pattern.count, with: pattern)
                _ = try outcome(of: damaged, in: folder)
            }
        }
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers for the same seed.
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
