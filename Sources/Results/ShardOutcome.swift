package import PipelineCore

/// What a worker has found out about a shard: each member's logits of each image, or why not.
///
/// Every row must be recorded for every member or failed before it can be encoded:
///
///     var outcome = ShardOutcome(run: lease.run, range: lease.shard, members: members)
///     try outcome.record(logits, member: 0, row: 0)
///     try outcome.fail(1, ImageFailure(reason: "empty", detail: "the file has no bytes"))
///     let file = try outcome.encode()
package struct ShardOutcome: Sendable {
    /// The run the shard belongs to.
    package let run: RunID
    /// Which rows of the run's manifest it covers.
    package let range: ShardRange
    /// The networks, in the definition's order.
    package let members: [ResultMember]
    /// Why images have no logits, by row in the shard, from 0.
    package private(set) var failures: [Int: ImageFailure] = [:]
    /// Each member's logits, [rows, classes]; NaN where none are recorded.
    package private(set) var logits: [[Float]]
    /// Each member's rows that have logits.
    private var recorded: [[Bool]]

    /// An outcome of which nothing is known yet.
    package init(run: RunID, range: ShardRange, members: [ResultMember]) {
        self.run = run
        self.range = range
        self.members = members
        logits = members.map { [Float](repeating: .nan, count: range.count * $0.classes) }
        recorded = members.map { _ in [Bool](repeating: false, count: range.count) }
    }

    /// Images with logits of every member.
    package var labelled: Int { range.count - failed }
    /// Images that have failed.
    package var failed: Int { failures.count }

    /// Notes one member's logits of the image in `row`, [classes].
    ///
    /// An image that has failed stays failed. Logits that are infinite or not numbers fail it, as
    /// `not-finite`. Throws ``ResultError/unencodable(detail:)`` where member, row or length are
    /// not those of this shard.
    package mutating func record(
        _ row: Span<Float>, member: Int, row index: Int
    ) throws(ResultError) {
        guard members.indices.contains(member) else {
            throw .unencodable(detail: "there is no member \(member)")
        }
        let (name, classes) = (members[member].name, members[member].classes)
        guard row.count == classes else {
            throw .unencodable(
                detail: "member '\(name)' has \(classes) classes, but gave \(row.count) logits")
        }
        try check(index)
        guard failures[index] == nil else { return }
        let start = index * classes
        var finite = true
        for place in row.indices {
            finite = finite && row[place].isFinite
            logits[member][start + place] = row[place]
        }
        recorded[member][index] = true
        if !finite {
            try fail(
                index,
                ImageFailure(
                    reason: "not-finite",
                    detail: "member '\(name)' gave logits that are infinite or not numbers"))
        }
    }

    /// Notes why the image in `row` has no label; the first reason counts.
    ///
    /// Whatever was recorded of it is forgotten. Throws ``ResultError/unencodable(detail:)`` where
    /// the shard has no such row, or the reason is not a word of letters, digits and hyphens.
    package mutating func fail(_ row: Int, _ failure: ImageFailure) throws(ResultError) {
        try check(row)
        guard failure.isWellFormed else {
            throw .unencodable(detail: "'\(failure.reason)' is not a reason")
        }
        guard failures[row] == nil else { return }
        failures[row] = failure
        for (member, classes) in members.map(\.classes).enumerated() {
            for place in row * classes..<(row + 1) * classes { logits[member][place] = .nan }
        }
    }

    /// Notes that the image in row `target` is that of row `source`, and so has its logits.
    ///
    /// Throws ``ResultError/unencodable(detail:)`` where the shard has no such rows, or `source` has
    /// no logits of every member.
    package mutating func repeatRow(_ source: Int, as target: Int) throws(ResultError) {
        try check(source)
        try check(target)
        guard failures[source] == nil, recorded.allSatisfy({ $0[source] }) else {
            throw .unencodable(detail: "row \(source) has no logits to repeat")
        }
        for (member, classes) in members.map(\.classes).enumerated() {
            for place in 0..<classes {
                logits[member][target * classes + place] = logits[member][source * classes + place]
            }
            recorded[member][target] = true
        }
    }

    /// The first row that has neither failed nor logits of every member.
    var firstOpenRow: Int? {
        (0..<range.count).first { row in
            failures[row] == nil && !recorded.allSatisfy { $0[row] }
        }
    }

    private func check(_ row: Int) throws(ResultError) {
        guard (0..<range.count).contains(row) else {
            throw .unencodable(
                detail: "shard \(range.index) of \(range.count) images has no row \(row)")
        }
    }
}

extension ImageFailure {
    /// Whether the reason is one short lower-case word of letters, digits and hyphens.
    var isWellFormed: Bool {
        (1...64).contains(reason.utf8.count)
            && reason.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-")
            }
    }
}
