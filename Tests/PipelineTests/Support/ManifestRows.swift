import Foundation

/// A row of a manifest, as a reader of `manifest.jsonl` sees it.
struct ManifestRow: Decodable, Equatable {
    struct Failure: Decodable, Equatable {
        let reason: String
        let detail: String
    }

    let file: String
    let status: String
    let label: String?
    let index: Int?
    let confidence: Double?
    let failure: Failure?

    /// The rows of a manifest in JSON Lines.
    static func read(_ bytes: Data) throws -> [ManifestRow] {
        try bytes.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(ManifestRow.self, from: $0)
        }
    }

    /// The rows of the file at `path`.
    static func read(_ path: String) throws -> [ManifestRow] {
        try read(Data(contentsOf: URL(filePath: path)))
    }
}

/// The bytes of the file at `path`.
func contents(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }
