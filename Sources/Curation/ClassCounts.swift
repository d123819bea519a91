/// How many images were given each class.
package struct ClassCounts: Sendable, Hashable {
    /// Images of each class, by index.
    package private(set) var counts: [Int]

    /// Nothing counted yet.
    package init(classes: Int) {
        counts = [Int](repeating: 0, count: classes)
    }

    /// Counts one image of the class `index`; an index outside the class list counts nowhere.
    package mutating func add(_ index: Int) {
        guard counts.indices.contains(index) else { return }
        counts[index] += 1
    }

    /// Images counted.
    package var total: Int { counts.reduce(0, +) }

    /// Classes that at least one image was given.
    package var present: Int { counts.count { $0 > 0 } }

    /// The `limit` classes of most images, most first, of equals the lower index first; classes
    /// without an image are left out.
    package func largest(_ limit: Int) -> [(index: Int, count: Int)] {
        let order = counts.indices.filter { counts[$0] > 0 }
            .sorted { (counts[$1], $0) < (counts[$0], $1) }
        return order.prefix(max(0, limit)).map { (index: $0, count: counts[$0]) }
    }
}
