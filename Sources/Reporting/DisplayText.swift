/// Text that anyone may have chosen, such as a file's name, made fit to be shown on one line.
///
/// Control characters, line ends and the marks that reverse the direction of writing are shown as
/// escapes, so that a name can neither move the cursor nor pose as another.
func displayText(_ text: String) -> String {
    var output = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\n": output += "\\n"
        case "\r": output += "\\r"
        case "\t": output += "\\t"
        default:
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator:
                output += escaped(scalar)
            case .format where scalar.properties.isBidiControl:
                output += escaped(scalar)
            default:
                output.unicodeScalars.append(scalar)
            }
        }
    }
    return output
}

private func escaped(_ scalar: Unicode.Scalar) -> String {
    "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
}

/// How many columns of a terminal a text takes.
///
/// Wide characters of East Asian scripts and emoji take two, marks that combine with what stands
/// before them none (Unicode Standard Annex 11, roughly).
func displayWidth(_ text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + width($1) }
}

/// `text` in at most `limit` columns, cut in front where it is too long: a path's end tells more.
func fitted(_ text: String, to limit: Int) -> String {
    guard displayWidth(text) > limit else { return text }
    var kept = 0
    let end = text.reversed().prefix { character in
        kept += width(character)
        return kept < limit
    }
    return "…" + String(end.reversed())
}

/// `text` followed by blanks up to `columns`.
func padded(_ text: String, to columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - displayWidth(text)))
}

private func width(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    if character.unicodeScalars.contains(where: { $0.properties.isEmojiPresentation }) { return 2 }
    return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
}

private let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
    0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD,
]
