/// Finds YAML's aliases before the parser expands them.
///
/// Nine lines of nested aliases stand for a billion values. Definitions need none.
enum Aliases {
    /// Where `text` first has a `*name` whose `&name` it has too; nil where it has none.
    ///
    /// Quotes and comments are not looked at, so that no trick with them can hide an alias; a text
    /// that happens to hold both words is refused for nothing, and easily put otherwise.
    static func first(in text: String) -> DefinitionError.Place? {
        let words = words(in: text)
        let anchors = Set(words.filter { $0.sign == "&" }.map(\.name))
        return words.first { $0.sign == "*" && anchors.contains($0.name) }?.place
    }

    private struct Word {
        let sign: Unicode.Scalar
        var name = ""
        let place: DefinitionError.Place
    }

    /// Everything that could be an anchor or an alias.
    private static func words(in text: String) -> [Word] {
        var words: [Word] = []
        var isInside = false
        var (line, column) = (1, 0)
        for scalar in text.unicodeScalars {
            column += 1
            switch scalar {
            case "&", "*":
                let place = DefinitionError.Place(line: line, column: column)
                words.append(Word(sign: scalar, place: place))
                isInside = true
            case "a"..."z", "A"..."Z", "0"..."9", "-", "_":
                if isInside { words[words.count - 1].name.unicodeScalars.append(scalar) }
            default:
                if scalar == "\n" { (line, column) = (line + 1, 0) }
                isInside = false
            }
        }
        return words.filter { !$0.name.isEmpty }
    }
}
