import Checkpoints
import Foundation
import Interchange
import Models
import Networks
import PipelineCore

/// A user's file that is about to be added, found to be a classifier of photographs.
struct AddedCandidate {
    let path: String
    let build: AddedModel.Build
    let network: Network
    /// How photos are prepared for the architecture's published weights; nil where none are known.
    let published: Preprocessing?
    /// What people should know of how the file was understood.
    let notes: [String]

    var file: String { URL(filePath: path).lastPathComponent }
    /// The side of the square input, in pixels.
    var side: Int { network.input.width }

    /// Reads an ONNX model; `size` is the side of its input where it leaves that open.
    init(onnx path: String, size: Int?) throws {
        let file = try ONNXFile(path: path)
        guard file.neighbours.isEmpty else {
            throw Failure(
                .wrongData,
                "'\(path)' keeps weights in other files: \(file.neighbours.joined(separator: ", "))",
                hint: "save it as one file: onnx.save(onnx.load('model.onnx'), 'one.onnx')")
        }
        let imported = try ONNXImporter(file, size: size.map { .square($0) }).network()
        let input = imported.network.input
        guard input.channels == 3, input.height == input.width else {
            throw Failure(
                .wrongData, "'\(path)' reads maps of \(input), photos are squares of 3 channels",
                hint: "export it for a square input, [n, 3, side, side] or [n, side, side, 3]")
        }
        guard size == nil || size == input.width else {
            throw Failure(
                .wrongData, "'\(path)' reads images of \(input.width) pixels a side",
                hint: "leave --size out")
        }
        self.path = path
        build = .onnx
        network = imported.network
        published = nil
        notes =
            imported.notes
            + (imported.softmax.map {
                ["its \($0) at the end was left off: votes are combined from logits"]
            } ?? [])
    }

    /// Reads weights of an architecture; the number of classes is that of the last layer.
    init(weights path: String, architecture name: String, size: Int?) throws {
        let architectures = Architecture.named(name)
        guard !architectures.isEmpty else {
            let known = Set(Architecture.all.map(\.name)).sorted().joined(separator: ", ")
            throw Failure(
                .wrongUse, "there is no architecture '\(name)'", hint: "known are \(known)")
        }
        let checkpoint = try Checkpoint(path: path)
        var fits: [Fit] = []
        for architecture in architectures {
            fits.append(try Fit(checkpoint, architecture, size: size))
        }
        // With two libraries' spellings, the one that the file is nearer to is meant.
        guard let best = fits.min(by: { $0.distance < $1.distance }), best.misfits.isEmpty else {
            let best = fits.min { $0.distance < $1.distance }
            throw Failure(
                .wrongData, "'\(path)' does not hold the weights of '\(name)'",
                hint: best?.misfits.description)
        }
        self.path = path
        build = .architecture(best.architecture.name, library: best.architecture.library)
        network = best.network
        published = Catalogue.preprocessing(of: best.architecture)
        notes = []
    }
}

/// How a checkpoint fits an architecture.
private struct Fit {
    let architecture: Architecture
    let network: Network
    let misfits: CheckpointMisfits

    /// How far the checkpoint is from the architecture, in tensors.
    var distance: Int { misfits.missing.count + misfits.extra.count + misfits.misshapen.count }

    init(_ checkpoint: Checkpoint, _ architecture: Architecture, size: Int?) throws {
        var network = architecture.network(size: size)
        let names = Set(network.parameters.map(\.name))
        let unwrapped = try checkpoint.unwrapped(for: names)
        if let last = network.lastWeight, let tensor = unwrapped.tensors[last],
            let classes = tensor.shape.first, (1...1 << 20).contains(classes)
        {
            network = architecture.network(classes: classes, size: size)
        }
        self.architecture = architecture
        self.network = network
        misfits = unwrapped.misfits(
            network.parameters.map { ($0.name, $0.shape) }, ignoring: architecture.ignores)
    }
}

extension Network {
    /// The weights of the last layer that has any, whose first extent is the number of classes.
    fileprivate var lastWeight: String? {
        for node in nodes.reversed() {
            switch node.operation {
            case .linear(let layer), .pointwiseLinear(let layer): return layer.weight
            case .convolution(let layer): return layer.weight
            default: continue
            }
        }
        return nil
    }
}
