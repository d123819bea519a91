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

    /// How many letters must be inserted, deleted, replaced or swapped with their neighbour to make
    /// one word of the other: the optimal string alignment distance.
    static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a.utf8.prefix(100)), Array(b.utf8.prefix(100)))
        var (before, previous, row) = ([Int](), [Int](), Array(0...b.count))
        for i in a.indices {
            (before, previous) = (previous, row)
            row[0] = i + 1
            for j in b.indices {
                let substitution = previous[j] + (a[i] == b[j] ? 0 : 1)
                row[j + 1] = min(substitution, previous[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    row[j + 1] = min(row[j + 1], before[j - 1] + 1)
                }
            }
        }
        return row[b.count]
    }
}
