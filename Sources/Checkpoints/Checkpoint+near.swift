extension Checkpoint {
    /// Up to three names that a person looking for `name` may have meant, the likeliest first.
    ///
    /// A wrapper's prefix (`module.conv1.weight`) comes before a misspelling, and a name further
    /// than a third of its length away is not offered.
    func names(near name: String) -> [String] {
        let longest = 200  // keeps the comparison cheap whatever a file calls its tensors
        let wanted = Array(name.utf8)
        guard !wanted.isEmpty, wanted.count <= longest else { return [] }
        var ranked: [(distance: Int, name: String)] = []
        for candidate in names.prefix(10_000) {
            let found = Array(candidate.utf8.prefix(longest + 1))
            guard !found.isEmpty, found.count <= longest else { continue }
            if candidate.hasSuffix("." + name) || name.hasSuffix("." + candidate) {
                ranked.append((0, candidate))
            } else {
                let distance = editDistance(wanted, found)
                if distance <= max(wanted.count / 3, 1) { ranked.append((distance, candidate)) }
            }
        }
        ranked.sort { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return ranked.prefix(3).map(\.name)
    }
}

/// Levenshtein's distance: insertions, deletions and substitutions that turn one into the other.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for i in a.indices {
        var diagonal = row[0]
        row[0] = i + 1
        for j in b.indices {
            let substitution = diagonal + (a[i] == b[j] ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substitution, row[j] + 1, diagonal + 1)
        }
    }
    return row[b.count]
}
