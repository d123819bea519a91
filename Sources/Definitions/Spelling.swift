/// Finds what a mistyped word was probably meant to be.
package enum Spelling {
    /// The nearest of `words` if it is near enough to be meant, as `did you mean '…'?`, otherwise
    /// the whole choice.
    package static func suggestion(for word: String, among words: [String]) -> String {
        let near = words.map { (word: $0, distance: distance(word.lowercased(), $0.lowercased())) }
            .min { $0.distance < $1.distance }
        if let near, near.distance <= max(1, word.count / 3) {
            return "did you mean '\(near.word)'?"
        }
        return "there are " + words.joined(separator: ", ")
    }

    /// Levenshtein's distance: insertions, deletions and substitutions between two words.
    static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a.utf8.prefix(100)), Array(b.utf8.prefix(100)))
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let substitution = diagonal + (x == y ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substitution, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}
