package import Checkpoints
import Foundation
import Interchange
package import Models
package import Networks
package import PipelineCore

extension WeightCache {
    /// Keeps a copy of a user's `file` under its SHA-256, which is returned with its size.
    ///
    /// Throws ``WeightError``.
    package func keep(_ file: String) throws -> (sha256: SHA256Digest, size: Int) {
        let digest = try FileDigests.shared.digest(of: file)
        let attributes = try? FileManager.default.attributesOfItem(atPath: file)
        let size = (attributes?[.size] as? Int) ?? 0
        let source = WeightSource(
            origin: .added(URL(filePath: file).lastPathComponent), size: size,
            digest: .whole(digest))
        do {
            _ = try install(source) { try Self.copy(file, to: &$0) }
        } catch is WeightMismatch {
            throw WeightError.unreadable(path: file, "it changed while it was read")
        }
        return (digest, size)
    }

    /// The network of `entry` and the tensors in the file at `path`, ready to be planned.
    ///
    /// Of several spellings of the tensors' names the one is taken that the file has; what a wrapper
    /// put in front of them is taken off. Throws `CheckpointError` or `ONNXError`.
    package static func open(
        _ entry: ModelEntry, at path: String
    ) throws -> (network: Network, checkpoint: Checkpoint) {
        guard let likeliest = entry.networks.first else {
            let side = Extent.square(entry.preprocessing.crop)
            let imported = try ONNXImporter(try ONNXFile(path: path), size: side).network()
            return (imported.network, imported.checkpoint)
        }
        let checkpoint = try Checkpoint(path: path)
        for network in entry.networks {
            let names = Set(network.parameters.map(\.name))
            let unwrapped = try checkpoint.unwrapped(for: names)
            if names.isSubset(of: unwrapped.names) { return (network, unwrapped) }
        }
        return (likeliest, checkpoint)
    }
}
