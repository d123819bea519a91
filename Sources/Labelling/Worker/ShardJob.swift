import PipelineCore
import Results
import Synchronization

/// A leased shard on its way through the worker.
///
/// Readers take its rows in order, streams finish them in any; what becomes of the whole is its
/// ``Fate``, decided once.
final class ShardJob: Sendable {
    /// What becomes of a shard; the first one counts.
    enum Fate: Sendable {
        /// Every row is finished. Next: delivery.
        case finished
        /// Another worker has it, or it has ended. Next: nothing, its rows are dropped.
        case stale
        /// The worker leaves. Next: back to the queue.
        case leaving
        /// The coordinator refused something about it. Next: back to the queue as failed.
        case refused(String)
        /// This worker cannot do it, nor any other. Next: back to the queue, and the worker ends.
        case broken(any Error)
    }

    private struct State {
        var outcome: ShardOutcome
        var firstUnread = 0
        var unfinished: Int
        var isStarted = false
        var fate: Fate?
        var waiting: [CheckedContinuation<Fate, Never>] = []
    }

    let lease: Lease
    let run: Run
    let entries: [ImageEntry]
    let ensemble: any LoadedEnsemble
    private let state: Mutex<State>
    private let onFinishedRow: @Sendable () -> Void
    /// Told whenever less is left to do, or the fate is decided.
    private let onChange: @Sendable () -> Void

    /// `entries` are the shard's images, one a row.
    init(
        _ lease: Lease, of run: Run, entries: [ImageEntry], ensemble: any LoadedEnsemble,
        onFinishedRow: @escaping @Sendable () -> Void, onChange: @escaping @Sendable () -> Void
    ) {
        self.lease = lease
        self.run = run
        self.entries = entries
        self.ensemble = ensemble
        self.onFinishedRow = onFinishedRow
        self.onChange = onChange
        let outcome = ShardOutcome(
            run: lease.run, range: lease.shard, members: ensemble.members.map(\.identity))
        state = Mutex(
            State(
                outcome: outcome, unfinished: entries.count,
                fate: entries.isEmpty ? .finished : nil))
    }

    /// The row of the run's manifest that is the shard's `row`.
    func manifestRow(_ row: Int) -> Int { lease.shard.firstRow + row }

    /// The next row to read; nil when there is none, or no reason to read it.
    func nextRow() -> Int? {
        let row: Int? = state.withLock { state in
            guard state.fate == nil, state.firstUnread < entries.count else { return nil }
            defer { state.firstUnread += 1 }
            return state.firstUnread
        }
        if row == entries.count - 1 { onChange() }
        return row
    }

    /// Whether rows wait to be read.
    var isBeingRead: Bool { state.withLock { $0.fate == nil && $0.firstUnread < entries.count } }

    /// Rows that are not finished; 0 once the fate is decided.
    var unfinished: Int { state.withLock { $0.fate == nil ? $0.unfinished : 0 } }

    /// Rows that are finished.
    var progress: Int { state.withLock { entries.count - $0.unfinished } }

    /// Whether its fate is still open.
    var isOpen: Bool { state.withLock { $0.fate == nil } }

    /// Notes that a stream is at work on it; false when there is no reason to be any more.
    func begin() -> Bool {
        state.withLock { state in
            state.isStarted = true
            return state.fate == nil
        }
    }

    /// Records a member's logits of `row`, without finishing the row.
    func record(_ logits: Span<Float>, member: Int, row: Int) throws(ResultError) {
        try state.withLock { state throws(ResultError) in
            try state.outcome.record(logits, member: member, row: row)
        }
    }

    /// Finishes a row whose logits are recorded.
    func finishRow() { endRow { _ in } }

    /// Finishes a row without a label.
    func fail(_ row: Int, _ failure: ImageFailure) throws(ResultError) {
        try endRow { outcome throws(ResultError) in try outcome.fail(row, failure) }
    }

    private func endRow<Failure: Error>(
        _ change: (inout ShardOutcome) throws(Failure) -> Void
    ) throws(Failure) {
        let isLast = try state.withLock { state throws(Failure) in
            try change(&state.outcome)
            state.unfinished -= 1
            return state.unfinished == 0
        }
        onFinishedRow()
        if isLast { settle(.finished) } else { onChange() }
    }

    /// Decides the fate, unless it is decided; with `unlessStarted`, only of a shard that no stream
    /// has begun.
    func settle(_ fate: Fate, unlessStarted: Bool = false) {
        let waiting = state.withLock { state in
            guard state.fate == nil, !(unlessStarted && state.isStarted) else {
                return [CheckedContinuation<Fate, Never>]()
            }
            state.fate = fate
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: fate) }
        onChange()
    }

    /// Waits until the fate is decided.
    func fate() async -> Fate {
        await withCheckedContinuation { continuation in
            let fate = state.withLock { state in
                if state.fate == nil { state.waiting.append(continuation) }
                return state.fate
            }
            if let fate { continuation.resume(returning: fate) }
        }
    }

    /// What was found out; whole once the fate is ``Fate/finished``.
    var outcome: ShardOutcome { state.withLock(\.outcome) }
}
