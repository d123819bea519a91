import Foundation

/// JSON for people and programs: keys sorted, so that equal values give equal text.
enum JSONText {
    /// `value` as JSON, indented, or on one line.
    static func of(_ value: some Encodable, oneLine: Bool = false) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if !oneLine { encoder.outputFormatting.insert(.prettyPrinted) }
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
