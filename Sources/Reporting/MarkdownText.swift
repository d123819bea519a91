/// `text` such that Markdown shows it literally, also inside a table.
///
/// For GitHub's dialect and plain CommonMark: nothing becomes markup, HTML or another cell, and
/// the text stays on its line.
func markdown(_ text: String) -> String {
    let scalars = Array(displayText(text).unicodeScalars)
    var output = ""
    for (place, scalar) in scalars.enumerated() {
        switch scalar {
        case "<": output += "&lt;"
        case ">": output += "&gt;"
        case "&": output += "&amp;"
        case "\\", "`", "*", "[", "]", "|", "~", "$":
            output += "\\"
            output.unicodeScalars.append(scalar)
        case "_":
            // Between letters an underscore is never markup, and names are full of them.
            let before = place > 0 && isWord(scalars[place - 1])
            let after = place + 1 < scalars.count && isWord(scalars[place + 1])
            output += before && after ? "_" : "\\_"
        default:
            output.unicodeScalars.append(scalar)
        }
    }
    return output
}

private func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
}

/// A table of Markdown: columns of texts to the left, of numbers to the right.
struct MarkdownTable {
    /// How a column's cells are aligned.
    enum Alignment {
        case left
        case right
    }

    private var lines: [String]

    /// A table without rows yet; the titles are Markdown.
    init(_ columns: [(title: String, alignment: Alignment)]) {
        let rule = columns.map { $0.alignment == .left ? ":--" : "--:" }
        lines = []
        append(columns.map(\.title))
        append(rule)
    }

    /// Adds a row; the cells are Markdown without a line's end.
    mutating func append(_ cells: [String]) {
        lines.append("| " + cells.joined(separator: " | ") + " |")
    }

    /// The table, each row on its line.
    var text: String { lines.joined(separator: "\n") }
}

/// A share of 0...1 as a percentage with one decimal, such as `92.5 %`; a dash for nil.
func percent(_ share: Double?) -> String {
    guard let share else { return "–" }
    return decimals(share * 100, 1) + " %"
}

/// A number with a fixed count of decimals, halves away from zero; a dash for what is not finite.
func decimals(_ value: Double, _ count: Int) -> String {
    var unit = 1
    for _ in 0..<count { unit *= 10 }
    guard let scaled = Int(exactly: (value * Double(unit)).rounded()) else { return "–" }
    let sign = scaled < 0 ? "-" : ""
    let whole = String(scaled.magnitude / UInt(unit))
    guard count > 0 else { return sign + whole }
    let fraction = String(scaled.magnitude % UInt(unit))
    return sign + whole + "." + String(repeating: "0", count: count - fraction.count) + fraction
}
