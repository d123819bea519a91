import FoundationEssentials
import PipelineCore

/// The words of a result file: safetensors with these metadata and tensors.
///
/// - `logits/<member>`: f32 [rows, classes], a row of NaN where the image failed.
/// - `status`: u8 [rows], see ``Status``.
///
/// Logits are f32, not f16: a manifest's probabilities are to be those of the network.
enum ResultFormat {
    /// What the metadata's `format` says.
    static let name = "pipeline-shard-result"
    /// What the metadata's `version` says.
    static let version = "1"
    /// The tensor that says which rows have logits.
    static let status = "status"

    /// One row's value in the tensor `status`.
    enum Status: UInt8 {
        /// Every member's logits are there.
        case labelled = 0
        /// No logits; the metadata's `failures` say why.
        case failed = 1
    }

    /// `value` as JSON: equal values, equal bytes.
    static func json(_ value: some Encodable) throws(ResultError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            throw .unencodable(detail: "\(error)")
        }
    }
}
