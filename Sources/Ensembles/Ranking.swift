/// The places of the `count` largest scores, best first, or of all where there are fewer.
///
/// Of equal scores the one with the larger tie-breaker comes first, then the lower place. One pass
/// with a sorted shortlist: for the few classes a manifest lists, cheaper than any sort.
func largest(
    _ count: Int, of scores: [Double], breakingTiesBy tieBreaker: [Double]? = nil
) -> [Int] {
    let count = min(count, scores.count)
    guard count > 0 else { return [] }
    var best: [Int] = []
    best.reserveCapacity(count + 1)

    /// Whether the later place `a` ranks before the earlier place `b`.
    func precedes(_ a: Int, _ b: Int) -> Bool {
        if scores[a] != scores[b] { return scores[a] > scores[b] }
        guard let tieBreaker else { return false }
        return tieBreaker[a] > tieBreaker[b]
    }

    for candidate in scores.indices {
        if best.count == count {
            guard precedes(candidate, best[count - 1]) else { continue }
            best.removeLast()
        }
        var place = best.count
        while place > 0, precedes(candidate, best[place - 1]) { place -= 1 }
        best.insert(candidate, at: place)
    }
    return best
}
