package import Foundation
package import PipelineCore

extension WeightCache {
    /// Keeps an artefact, as JSON, for the weights of that digest; returns where.
    package func keep(_ artefact: Data, quantising weights: SHA256Digest) throws -> String {
        try Folders.make("\(directory)/quantised")
        let path = place(quantising: weights)
        try artefact.write(to: URL(filePath: path), options: .atomic)
        return path
    }

    /// The artefact that was made on this machine for the weights of that digest.
    ///
    /// Nil where there is none; throws where there is one that cannot be read.
    package func artefact(quantising weights: SHA256Digest) throws -> QuantisationArtefact? {
        let path = place(quantising: weights)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try JSONDecoder().decode(
            QuantisationArtefact.self, from: Data(contentsOf: URL(filePath: path)))
    }

    private func place(quantising weights: SHA256Digest) -> String {
        "\(directory)/quantised/\(weights).json"
    }
}
