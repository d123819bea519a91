/// Finds YAML's anchors and aliases before the parser expands them.
///
/// Nine lines of nested aliases stand for a billion values. Definitions need none.
enum Anchors {
    /// The line, from 1, of the first word that begins with `&` or `*`; nil where there is none.
    static func firstLine(in text: String) -> Int? {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var previous: Character = " "
            var quote: Character?
            for character in line {
                if let open = quote {
                    if character == open { quote = nil }
                } else if character == "#", previous.isWhitespace {
                    break
                } else if character == "\"" || character == "'", !previous.isLetter {
                    quote = character
                } else if character == "&" || character == "*", " \t[{,:-".contains(previous) {
                    return index + 1
                }
                previous = character
            }
        }
        return nil
    }
}
