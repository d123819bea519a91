import PipelineCore
import Results

/// What a shard need not compute.
extension ShardJob {
    /// Rows that the coordinator has not decided about, in order.
    var undecided: [Int] { look { $0.fate == nil ? $0.plan.undecided : [] } }

    /// Whether nothing is left to do but to wait for what others compute.
    var isWaiting: Bool {
        look { state in
            state.fate == nil && !state.plan.undecided.isEmpty
                && state.unfinished == state.plan.parkedCount && !state.canary.isOpen
        }
    }

    /// How many images had to be computed.
    var computed: Int { look(\.computed) }

    /// Whether a row's logits by one member have to be computed.
    func needs(_ member: Int, of row: Int) -> Bool { look { $0.plan.needs(member, of: row) } }

    /// Takes the coordinator's word on `rows`; whether there is more to be had by asking at once.
    ///
    /// Throws ``ResultError`` where logits do not fit the members.
    func accept(_ answer: KnownRows, on rows: [Int]) throws(ResultError) -> Bool {
        // Checked before anything is taken over, so that a wrong answer leaves no half of it behind.
        guard answer.rows.count == rows.count, answer.rows.allSatisfy(fits) else {
            throw .unencodable(detail: "what is known of its rows is not of its members")
        }
        var hasMore = false
        var settled = 0
        try change { state throws(ResultError) in
            var decided: Set<Int> = []
            for (row, word) in zip(rows, answer.rows) {
                switch word {
                case .awaited: continue
                case .later: hasMore = true
                case .settled(let logits):
                    decided.insert(row)
                    for (member, bytes) in logits.enumerated() {
                        guard let bytes else { continue }
                        try state.outcome.record(bytes.floats.span, member: member, row: row)
                    }
                    if logits.contains(nil) {
                        settled += try state.compute(row, known: logits.map { $0 != nil })
                    } else {
                        settled += 1
                    }
                }
            }
            state.plan.decide(decided)
            state.unfinished -= settled
        }
        for _ in 0..<settled { onFinishedRow() }
        endIfFinished()
        return hasMore
    }

    /// Whether logits have the lengths of the members' own.
    private func fits(_ row: KnownRows.Row) -> Bool {
        guard case .settled(let logits) = row else { return true }
        return logits.count == ensemble.members.count
            && zip(logits, ensemble.members).allSatisfy { bytes, member in
                bytes.map { $0.count == member.identity.classes * MemoryLayout<Float>.size } ?? true
            }
    }

    /// Leaves nothing to the coordinator: whatever is undecided is computed.
    func computeUndecided() throws(ResultError) {
        let none = ensemble.members.map { _ in false }
        var settled = 0
        try change { state throws(ResultError) in
            let rows = state.plan.undecided
            for row in rows { settled += try state.compute(row, known: none) }
            state.plan.decide(Set(rows))
            state.unfinished -= settled
        }
        for _ in 0..<settled { onFinishedRow() }
        endIfFinished()
    }
}

extension ShardJob.State {
    /// Has a row computed, or gives it the logits of its like; how many rows that finishes.
    fileprivate mutating func compute(_ row: Int, known: [Bool]) throws(ResultError) -> Int {
        guard let twin = plan.compute(row, known: known) else { return 0 }
        try outcome.repeatRow(twin, as: row)
        return 1
    }
}

extension [UInt8] {
    /// The bytes as numbers, little-endian as this machine's are.
    fileprivate var floats: [Float] {
        let size = MemoryLayout<Float>.size
        return [Float](unsafeUninitializedCapacity: count / size) { output, filled in
            filled = count / size
            withUnsafeBytes { bytes in
                UnsafeMutableRawBufferPointer(output).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: bytes[..<(filled * size)]))
            }
        }
    }
}
