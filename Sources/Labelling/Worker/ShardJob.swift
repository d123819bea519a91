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
        /// Nobody can go on with its run until a person has seen to something. Next: back to the
        /// queue, which is held.
        case held(String)
        /// The coordinator refused something about it. Next: back to the queue as failed.
        case refused(String)
        /// This worker cannot do it, nor any other. Next: back to the queue, and the worker ends.
        case broken(any Error)
    }

    struct State {
        var outcome: ShardOutcome
        var plan: RowPlan
        var canary: CanaryWork
        var unfinished: Int
        var computed = 0
        var isStarted = false
        var fate: Fate?
        var waiting: [CheckedContinuation<Fate, Never>] = []
        /// Readers that have nothing to read, but may have.
        var idle: [CheckedContinuation<Bool, Never>] = []

        /// Whether there is something to read; nil where that is not known yet.
        var hasRows: Bool? {
            if fate != nil { return false }
            if hasUnread { return true }
            return plan.parkedCount > 0 || canary.isExpected ? nil : false
        }

        /// Whether something waits to be read.
        var hasUnread: Bool { plan.hasUnread || isCanaryDue }

        /// Whether everything else is finished.
        var isCanaryDue: Bool { canary.isExpected && unfinished == 0 }
    }

    let lease: Lease
    let run: Run
    let entries: [ImageEntry]
    let ensemble: any LoadedEnsemble
    private let state: Mutex<State>
    let onFinishedRow: @Sendable () -> Void
    /// Told whenever less is left to do, or the fate is decided.
    private let onChange: @Sendable () -> Void

    /// `entries` are the shard's images, one a row; with `reuses`, none of them is read before the
    /// coordinator has said what is known of it.
    init(
        _ lease: Lease, of run: Run, entries: [ImageEntry], ensemble: any LoadedEnsemble,
        reuses: Bool = false, onFinishedRow: @escaping @Sendable () -> Void,
        onChange: @escaping @Sendable () -> Void
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
                outcome: outcome, plan: RowPlan(entries, reuses: reuses),
                canary: CanaryWork(run.definition.members),
                unfinished: entries.count,
                fate: entries.isEmpty ? .finished : nil))
    }

    /// The row of the run's manifest that is the shard's `row`; nil for the canary's.
    func manifestRow(_ row: Int) -> Int? {
        row == canaryRow ? nil : lease.shard.firstRow + row
    }

    /// The next row to read, which may be the canary's; nil when there is none for now, or no reason
    /// to read it.
    func nextRow() -> Int? {
        let (row, isLast): (Int?, Bool) = look { state in
            guard state.fate == nil else { return (nil, false) }
            if state.isCanaryDue {
                state.canary.take()
                return (canaryRow, !state.hasUnread)
            }
            guard let row = state.plan.next() else { return (nil, false) }
            state.canary.accompany()
            return (row, !state.hasUnread)
        }
        if isLast { onChange() }
        return row
    }

    /// Waits until there is a row to read; false once there will be none.
    func hasMoreRows() async -> Bool {
        await withCheckedContinuation { continuation in
            let answer = look { state in
                let answer = state.hasRows
                if answer == nil { state.idle.append(continuation) }
                return answer
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Whether rows wait to be read.
    var isBeingRead: Bool { look { $0.fate == nil && $0.hasUnread } }

    /// Rows to be finished here; 0 once the fate is decided.
    var unfinished: Int { look { $0.fate == nil ? $0.unfinished - $0.plan.parkedCount : 0 } }

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
            guard row != canaryRow else { return state.canary.record(logits, member: member) }
            try state.outcome.record(logits, member: member, row: row)
        }
    }

    /// Finishes a row whose logits are recorded, and those of the same image.
    func finishRow(_ row: Int) throws(ResultError) {
        guard row != canaryRow else { return finishCanary() }
        try endRow { state throws(ResultError) in
            // A row whose logits are not finite has failed by now.
            guard state.outcome.failures[row] == nil else {
                state.plan.fail(row)
                return 1
            }
            let twins = state.plan.label(row)
            for twin in twins { try state.outcome.repeatRow(row, as: twin) }
            return 1 + twins.count
        }
    }

    /// Finishes a row without a label.
    func fail(_ row: Int, _ failure: ImageFailure) throws(ResultError) {
        guard row != canaryRow else { return finishCanary() }
        try endRow { state throws(ResultError) in
            try state.outcome.fail(row, failure)
            state.plan.fail(row)
            return 1
        }
    }

    private func endRow(
        _ step: (inout State) throws(ResultError) -> Int
    ) throws(ResultError) {
        var finished = 0
        try change { state throws(ResultError) in
            finished = try step(&state)
            state.computed += 1
            state.unfinished -= finished
        }
        for _ in 0..<finished { onFinishedRow() }
        endIfFinished()
    }

    /// Decides the fate if no row is left, and otherwise tells that fewer are.
    func endIfFinished() {
        if look({ $0.unfinished == 0 && !$0.canary.isOpen }) {
            settle(.finished)
        } else {
            onChange()
        }
    }

    /// Looks at the state, without a step that readers wait for.
    func look<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
        state.withLock { body(&$0) }
    }

    /// Changes the state, and lets readers go on that wait for something to read.
    func change(_ step: (inout State) throws(ResultError) -> Void) throws(ResultError) {
        let (idle, hasRows) = try state.withLock { state throws(ResultError) in
            try step(&state)
            guard let hasRows = state.hasRows else {
                return ([CheckedContinuation<Bool, Never>](), false)
            }
            defer { state.idle = [] }
            return (state.idle, hasRows)
        }
        for reader in idle { reader.resume(returning: hasRows) }
    }

    /// Decides the fate, unless it is decided; with `unlessStarted`, only of a shard that no stream
    /// has begun.
    func settle(_ fate: Fate, unlessStarted: Bool = false) {
        let (waiting, idle) = state.withLock { state in
            guard state.fate == nil, !(unlessStarted && state.isStarted) else {
                return ([CheckedContinuation<Fate, Never>](), [CheckedContinuation<Bool, Never>]())
            }
            state.fate = fate
            defer { (state.waiting, state.idle) = ([], []) }
            return (state.waiting, state.idle)
        }
        for reader in idle { reader.resume(returning: false) }
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
