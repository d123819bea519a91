import Checkpoints
import Foundation
import Networks

/// Numbers that follow from a tensor's name, the same here and in `scripts/record_parity.py`.
enum SeededNumbers {
    /// `count` numbers of 0..<1: the top 24 bits of SplitMix64, seeded by the name's FNV-1a hash.
    static func units(_ name: String, count: Int) -> [Double] {
        var state = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return (0..<count).map { _ in
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Double((z ^ (z >> 31)) >> 40) / Double(1 << 24)
        }
    }

    /// A parameter's numbers, scaled so that activations keep their size.
    static func values(of parameter: Parameter) -> [Float] {
        let units = units(parameter.name, count: parameter.count)
        if parameter.name.hasSuffix("running_var") { return units.map { Float(0.6 + $0) } }
        if parameter.shape.count > 1 {
            let fan = parameter.shape.dropFirst().reduce(1, *)
            let scale = (6 / Double(fan)).squareRoot()
            return units.map { Float((2 * $0 - 1) * scale) }
        }
        if parameter.name.hasSuffix("weight") { return units.map { Float(0.6 + 0.6 * $0) } }
        return units.map { Float((2 * $0 - 1) * 0.1) }
    }

    /// The parameters of `network` as a checkpoint.
    static func checkpoint(for network: Network) throws -> Checkpoint {
        let tensors = network.parameters.map { parameter in
            (
                name: parameter.name, type: ElementType.f32, shape: parameter.shape,
                bytes: values(of: parameter).withUnsafeBytes { Array($0) }
            )
        }
        let file = FileManager.default.temporaryDirectory
            .appending(path: "seeded-\(UUID().uuidString).safetensors")
        try SafetensorsWriter.encode(tensors, metadata: [:]).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try Checkpoint(path: file.path)
    }
}
