package import PipelineCore

/// Manifests as comma-separated values, quoted as RFC 4180 says, lines ending in a line feed.
///
/// A text that begins with a character by which spreadsheets recognise formulas has that character
/// written as `\xHH`, the escape that ``RelativePath/text`` uses: a file's name still reads back
/// exactly, and opening a manifest runs nothing.
package struct CSVManifest: ManifestWriter {
    private let members: [String]
    /// Each class's label as a field.
    private let labels: [[UInt8]]
    private let top: Int

    /// A writer for runs whose members tell `classes` apart, and which list `top` of them a row.
    package init(members: [String], classes: ClassList, top: Int) {
        self.members = members
        self.top = top
        labels = classes.labels.map { label in
            var field: [UInt8] = []
            field.append(csvField: label)
            return field
        }
    }

    /// The names of the columns.
    package var columns: [String] {
        ["file", "status", "label", "index", "confidence", "margin", "entropy", "agreement"]
            + (0..<top).flatMap { place in
                ["label", "index", "probability"].map { "top\(place + 1)_\($0)" }
            }
            + members.flatMap { name in
                ["label", "index", "confidence"].map { "\(name)_\($0)" }
            }
            + ["failure_reason", "failure_detail", "given"]
    }

    package var header: [UInt8] {
        var output: [UInt8] = []
        for (place, column) in columns.enumerated() {
            if place > 0 { output.append(",") }
            output.append(csvField: column)
        }
        output.append("\n")
        return output
    }

    package func append(_ row: ManifestRow, to output: inout [UInt8]) {
        output.append(csvField: row.file.text)
        switch row.outcome {
        case .labelled(let prediction):
            append(prediction, to: &output)
        case .failed(let failure):
            output.append(",failed")
            // All columns between status and failure_reason stay empty.
            for _ in 0..<columnCount - 4 { output.append(",") }
            output.append(",")
            output.append(csvField: failure.reason)
            output.append(",")
            output.append(csvField: failure.detail)
        }
        output.append(",")
        if let given = row.given { output.append(csvField: given) }
        output.append("\n")
    }

    private var columnCount: Int { 8 + 3 * top + 3 * members.count + 2 }

    private func append(_ prediction: Prediction, to output: inout [UInt8]) {
        output.append(",labelled")
        appendClass(prediction.index, to: &output)
        for number in [
            prediction.confidence, prediction.margin, prediction.entropy, prediction.agreement,
        ] {
            output.append(",")
            output.append(decimal: number, absent: "")
        }
        append(prediction.top, count: top, to: &output)
        append(prediction.members, count: members.count, to: &output)
        output.append(",,")
    }

    /// Appends three columns for each of `count` places; those without a choice stay empty.
    private func append(_ choices: [Prediction.Choice], count: Int, to output: inout [UInt8]) {
        for place in 0..<count {
            guard choices.indices.contains(place) else {
                output.append(",,,")
                continue
            }
            appendClass(choices[place].index, to: &output)
            output.append(",")
            output.append(decimal: choices[place].probability, absent: "")
        }
    }

    private func appendClass(_ index: Int, to output: inout [UInt8]) {
        output.append(",")
        if labels.indices.contains(index) { output += labels[index] }
        output.append(",")
        output.append(integer: index)
    }
}

extension [UInt8] {
    /// Appends `text` as a field, quoted where it holds a comma, a quote or a line's end.
    fileprivate mutating func append(csvField text: String) {
        var text = text
        if let first = text.utf8.first, "=+-@\t\r".utf8.contains(first) {
            text =
                #"\x"# + hexadecimal([first]).uppercased() + String(text.unicodeScalars.dropFirst())
        }
        let quote = UInt8(ascii: "\"")
        guard text.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else {
            append(contentsOf: text.utf8)
            return
        }
        append(quote)
        for byte in text.utf8 {
            if byte == quote { append(quote) }
            append(byte)
        }
        append(quote)
    }
}
