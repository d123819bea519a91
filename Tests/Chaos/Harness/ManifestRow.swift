import Foundation

/// A row of a labelled manifest, as far as scenarios look at it.
struct ManifestRow: Decodable {
    /// Why there is no label.
    struct Failure: Decodable {
        let reason: String
    }

    let file: String
    let status: String
    let index: Int?
    let failure: Failure?

    /// The rows of a manifest in JSON Lines.
    static func read(_ manifest: [UInt8]) throws -> [ManifestRow] {
        try manifest.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(ManifestRow.self, from: Data($0))
        }
    }
}
