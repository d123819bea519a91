package import Checkpoints
import Foundation
import Inference
import Models
package import Networks

/// A network with weights, ready to be measured.
package struct BenchmarkCase: Sendable {
    /// What tables call it.
    package let name: String
    /// The network.
    package let network: Network
    /// Its weights.
    package let checkpoint: Checkpoint

    /// Names every field.
    package init(name: String, network: Network, checkpoint: Checkpoint) {
        self.name = name
        self.network = network
        self.checkpoint = checkpoint
    }

    /// A network with random numbers in the place of its weights: it runs as fast, and knows nothing.
    ///
    /// Throws `CheckpointError`.
    package init(name: String, randomWeightsFor network: Network) throws {
        self.init(
            name: name, network: network,
            checkpoint: try RandomWeights.checkpoint(for: network))
    }

    /// A folder with `case.json` (`source`, `name`, `size`, `classes`) and `model.safetensors`.
    ///
    /// Throws ``BenchmarkError`` when it says nothing that this program knows.
    package init(folder: String) throws {
        let url = URL(filePath: folder)
        let text = url.appending(path: "case.json")
        guard let data = try? Data(contentsOf: text),
            let facts = try? JSONDecoder().decode(Facts.self, from: data)
        else { throw BenchmarkError.noCase(folder: folder) }
        let library = Library(rawValue: facts.source)
        guard let architecture = Architecture.named(facts.name, in: library).first else {
            throw BenchmarkError.unknownArchitecture(facts.name, source: facts.source)
        }
        self.init(
            name: url.lastPathComponent,
            network: architecture.network(classes: facts.classes, size: facts.size),
            checkpoint: try Checkpoint(path: url.appending(path: "model.safetensors").path))
    }

    private struct Facts: Decodable {
        let source: String
        let name: String
        let size: Int
        let classes: Int
    }
}

/// Why something cannot be measured.
package enum BenchmarkError: Error, Sendable, Equatable {
    /// A folder holds no case.
    case noCase(folder: String)
    /// A case names an architecture that this program does not have.
    case unknownArchitecture(String, source: String)
    /// A precision has no fixed arithmetic.
    case noArithmetic(String)
}

extension BenchmarkError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noCase(let folder):
            "'\(folder)' holds no case.json that tells whose network it is; name a folder with "
                + "case.json and model.safetensors"
        case .unknownArchitecture(let name, let source):
            "there is no architecture '\(name)' of \(source) here"
        case .noArithmetic(let name):
            "'\(name)' is settled when a run is submitted; measure f32, bf16 or int8"
        }
    }
}
