import Fuzzing
import TestSupport

/// A way to spoil a file, which follows from its seed.
struct Damage {
    private var generator: SeededGenerator
    private let seed: UInt64

    init(seed: UInt64) {
        self.seed = seed
        generator = SeededGenerator(seed: seed &* 0x9E37_79B9 &+ 17)
    }

    /// `bytes` spoilt: half of the seeds know what a model's format means, the others do not.
    ///
    /// Seed 0 leaves them as they are.
    func applied(to bytes: [UInt8], _ parser: Parser) -> [UInt8] {
        guard seed > 0 else { return bytes }
        var damage = self
        var result = bytes
        for _ in 0..<[1, 1, 1, 2, 4][damage.below(5)] {
            if seed.isMultiple(of: 2) {
                switch parser {
                case .onnx: result = WireDamage.applied(to: result, &damage)
                case .safetensors, .result: result = HeaderDamage.applied(to: result, &damage)
                case .pytorch, .legacy: result = PickleDamage.applied(to: result, &damage)
                default: damage.spoil(&result)
                }
            } else {
                damage.spoil(&result)
            }
        }
        return result
    }

    /// A number of 0..<`limit`, 0 where the limit is.
    mutating func below(_ limit: Int) -> Int {
        limit > 0 ? Int.random(in: 0..<limit, using: &generator) : 0
    }

    /// A part of `bytes`, `longest` long at most.
    mutating func part(of bytes: [UInt8], longest: Int = 64) -> Range<Int> {
        let start = below(bytes.count)
        return start..<min(bytes.count, start + 1 + below(longest))
    }

    /// An integer that is seldom meant.
    mutating func extreme() -> Int {
        let numbers = [
            0, 1, -1, 2, 7, 255, 65_536, 1 << 20, 1 << 28, 1 << 31, 1 << 31 - 1, 1 << 32, 1 << 40,
            1 << 62, Int.max, Int.min, below(64),
        ]
        return numbers[below(numbers.count)]
    }

    /// Damage that knows nothing of the format.
    private mutating func spoil(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        switch below(9) {
        case 0: bytes[below(bytes.count)] ^= 1 << UInt8(below(8))
        case 1: bytes[below(bytes.count)] = UInt8(below(256))
        case 2: bytes.removeSubrange(below(bytes.count)...)
        case 3: bytes.removeSubrange(part(of: bytes))
        case 4: bytes.insert(contentsOf: bytes[part(of: bytes)], at: below(bytes.count))
        case 5:
            let copied = Array(bytes[part(of: bytes)])
            let place = below(bytes.count - copied.count + 1)
            bytes.replaceSubrange(place..<place + copied.count, with: copied)
        case 6:
            let number = extreme()
            let digits = withUnsafeBytes(of: number.littleEndian) { Array($0.prefix(8)) }
            let place = below(bytes.count)
            let count = min([1, 2, 4, 8][below(4)], bytes.count - place)
            bytes.replaceSubrange(place..<place + count, with: digits.prefix(count))
        case 7: for place in part(of: bytes) { bytes[place] = 0 }
        default: for _ in 0..<8 { bytes[below(bytes.count)] ^= 1 << UInt8(below(8)) }
        }
    }
}
