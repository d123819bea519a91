import Checkpoints
import Foundation
import Networks
import TestSupport

/// Seeded parameters for `network`, scaled so that activations keep their size.
func seededCheckpoint(for network: Network, seed: UInt64) throws -> Checkpoint {
    var generator = SeededGenerator(seed: seed)
    return try checkpoint(for: network) { parameter in
        let fan = Float(parameter.shape.dropFirst().reduce(1, *))
        return (0..<parameter.count).map { _ in
            let unit = Float.random(in: -1...1, using: &generator)
            if parameter.name.hasSuffix("running_var") { return 1.1 + unit / 2 }
            if parameter.shape.count == 1 { return parameter.isTrained ? 0.7 + unit / 3 : unit / 4 }
            return unit * (6 / fan).squareRoot()
        }
    }
}

/// The numbers that `values` gives for each parameter of `network`, opened as a checkpoint.
func checkpoint(
    for network: Network, values: (Parameter) -> [Float]
) throws -> Checkpoint {
    let tensors = network.parameters.map { parameter in
        (
            name: parameter.name, type: ElementType.f32, shape: parameter.shape,
            bytes: values(parameter).withUnsafeBytes { Array($0) }
        )
    }
    let file = FileManager.default.temporaryDirectory
        .appending(path: "seeded-\(UUID().uuidString).safetensors")
    try SafetensorsWriter.encode(tensors, metadata: [:]).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try Checkpoint(path: file.path)
}

/// `count` seeded numbers around zero.
func seededNumbers(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Float.random(in: -2...2, using: &generator) }
}

/// Turns a planar image, `[c, h, w]`, channels-last.
func channelsLast(_ image: [Float], _ shape: Shape) -> [Float] {
    let size = shape.height * shape.width
    return (0..<image.count).map { image[($0 % shape.channels) * size + $0 / shape.channels] }
}

/// The largest difference between two lists, in standard deviations of the second.
func deviation(_ a: [Float], from b: [Float]) -> Double {
    let mean = b.reduce(0.0) { $0 + Double($1) } / Double(b.count)
    let variance = b.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    let std = max((variance / Double(b.count)).squareRoot(), 1e-12)
    return zip(a, b).map { abs(Double($0) - Double($1)) / std }.max() ?? .infinity
}
