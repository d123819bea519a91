import Foundation
import PipelineCore

/// What a line of a list of images says.
struct ListLine: Equatable {
    /// An address, or a path beneath the list's folder.
    var name: RelativePath
    /// What it is said to show; nil where nothing is said.
    var label: String?
}

/// How the lines of a list are written.
enum ListFormat {
    /// A name a line; empty lines and those that begin with `#` say nothing.
    case text
    /// Comma-separated values under the names of their columns.
    case csv
    /// A JSON object a line.
    case jsonLines

    /// The format that a file's name ends in; nil where it is no list's.
    init?(name: RelativePath) {
        let dot = UInt8(ascii: ".")
        let parts = name.bytes.split(separator: dot, omittingEmptySubsequences: false)
        let ending = parts.last.map { String(decoding: $0, as: UTF8.self).lowercased() }
        switch ending {
        case "txt", "list": self = .text
        case "csv": self = .csv
        case "jsonl", "ndjson": self = .jsonLines
        default: return nil
        }
    }
}

/// Reads a list's lines in their order.
struct ListLineParser {
    /// Why a line cannot be read, as a sentence about it.
    struct Trouble: Error, Equatable {
        let words: String
    }

    private let format: ListFormat
    private var nameColumn: Int?
    private var labelColumn: Int?

    /// Reads lines of that format, from the first one on.
    init(_ format: ListFormat) { self.format = format }

    /// What a line says; nil for one that says nothing about an image.
    mutating func parse(_ line: [UInt8]) throws(Trouble) -> ListLine? {
        guard line.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { return nil }
        switch format {
        case .text: return line.first == UInt8(ascii: "#") ? nil : try Self.line(line)
        case .csv: return try csv(line)
        case .jsonLines: return try Self.json(line)
        }
    }

    private mutating func csv(_ line: [UInt8]) throws(Trouble) -> ListLine? {
        let fields: [[UInt8]]
        do {
            fields = try CSVRow(line).fields
        } catch {
            throw Trouble(words: "has a quote that is not where one belongs")
        }
        guard let nameColumn else {
            try readHeader(fields)
            return nil
        }
        guard nameColumn < fields.count else { throw Trouble(words: "has too few columns") }
        let label = labelColumn.flatMap { $0 < fields.count ? fields[$0] : nil }
        return try Self.line(
            fields[nameColumn], label.map { String(decoding: $0, as: UTF8.self) })
    }

    private mutating func readHeader(_ fields: [[UInt8]]) throws(Trouble) {
        // Some programs begin a file with the mark of its encoding.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let names = fields.map { field in
            let text = field.starts(with: mark) ? field[3...] : field[...]
            return String(decoding: text, as: UTF8.self).lowercased()
        }
        nameColumn = names.firstIndex { $0 == "url" || $0 == "file" }
        labelColumn = names.firstIndex { $0 == "label" }
        guard nameColumn != nil else {
            throw Trouble(
                words: "should name the columns, one of them 'url' for addresses or 'file' for "
                    + "paths beneath the list's folder")
        }
    }

    private struct Object: Decodable {
        let url: String?
        let file: String?
        let label: String?
    }

    private static func json(_ line: [UInt8]) throws(Trouble) -> ListLine {
        guard let object = try? JSONDecoder().decode(Object.self, from: Data(line)) else {
            throw Trouble(
                words: "is no JSON object whose 'url' or 'file', and 'label' if there is one, "
                    + "are strings")
        }
        guard let name = object.url ?? object.file, object.url == nil || object.file == nil else {
            throw Trouble(words: "should have either 'url' or 'file'")
        }
        return try Self.line(Array(RelativePath(text: name).bytes), object.label)
    }

    private static func line(
        _ name: [UInt8], _ label: String? = nil
    ) throws(Trouble) -> ListLine {
        guard !name.isEmpty else { throw Trouble(words: "names no image") }
        return ListLine(
            name: RelativePath(bytes: name), label: label.flatMap { $0.isEmpty ? nil : $0 })
    }
}
