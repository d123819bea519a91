import PipelineCore

/// Which of a shard's rows are to be read, and which may turn out not to need it.
///
/// A row is undecided until the coordinator has said what is known of its image. What has to be
/// computed is read, except for rows of the same bytes: they follow the first of them, and get its
/// logits. Where the first fails, each of the others is tried for itself.
struct RowPlan {
    /// Rows to be read, in order; those before `firstUnread` have been.
    private var toRead: [Int] = []
    private var firstUnread = 0
    /// Rows that the coordinator has not decided about, in order.
    private(set) var undecided: [Int]

    private let images: [SHA256Digest?]
    /// The row that is computed for all of its image.
    private var leaders: [SHA256Digest: Int] = [:]
    /// Rows that wait for a leader, by leader, and how many they are.
    private var followers: [Int: [Int]] = [:]
    private var following = 0
    /// Leaders that have logits.
    private var labelled: Set<Int> = []
    /// Images whose rows have nothing in common any more.
    private var parted: Set<SHA256Digest> = []
    /// For rows of which only some members' logits are known, which those are.
    private var known: [Int: [Bool]] = [:]

    /// A plan for `entries`; with `reuses`, what is known need not be read, otherwise everything is.
    init(_ entries: [ImageEntry], reuses: Bool) {
        let images = entries.map(\.sha256)
        self.images = images
        if reuses {
            undecided = images.indices.filter { images[$0] != nil }
            toRead = images.indices.filter { images[$0] == nil }
        } else {
            undecided = []
            toRead = Array(images.indices)
            parted = Set(images.compactMap(\.self))
        }
    }

    /// Whether rows wait to be read.
    var hasUnread: Bool { firstUnread < toRead.count }
    /// Rows that nobody can do anything about for now.
    var parkedCount: Int { undecided.count + following }

    /// The next row to read.
    mutating func next() -> Int? {
        guard hasUnread else { return nil }
        defer { firstUnread += 1 }
        return toRead[firstUnread]
    }

    /// Whether a row's logits by one member have to be computed.
    func needs(_ member: Int, of row: Int) -> Bool { !(known[row]?[member] ?? false) }

    /// Notes which rows the coordinator has decided about.
    mutating func decide(_ rows: Set<Int>) { undecided.removeAll(where: rows.contains) }

    /// Notes that a row has to be computed, but for the members that are `known`; the row whose
    /// logits it can have at once, if there is one.
    mutating func compute(_ row: Int, known members: [Bool]) -> Int? {
        if members.contains(true) { known[row] = members }
        guard let image = images[row], !parted.contains(image) else {
            toRead.append(row)
            return nil
        }
        guard let leader = leaders[image] else {
            leaders[image] = row
            toRead.append(row)
            return nil
        }
        if labelled.contains(leader) { return leader }
        followers[leader, default: []].append(row)
        following += 1
        return nil
    }

    /// Notes that a row has its logits; the rows that follow it, and have the same.
    mutating func label(_ row: Int) -> [Int] {
        labelled.insert(row)
        return takeFollowers(of: row)
    }

    /// Notes that a row has failed; those that followed it are read themselves.
    mutating func fail(_ row: Int) {
        guard let image = images[row], leaders[image] == row else { return }
        parted.insert(image)
        toRead += takeFollowers(of: row)
    }

    private mutating func takeFollowers(of row: Int) -> [Int] {
        let rows = followers.removeValue(forKey: row) ?? []
        following -= rows.count
        return rows
    }
}
