import Synchronization

/// How far a worker is with leaving.
final class Departure: Sendable {
    enum Stage: Int, Comparable {
        /// At work. → `leaving` or `now`.
        case staying
        /// Takes nothing new, finishes what is begun. → `now`.
        case leaving
        /// Hands everything back. Final.
        case now

        static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    private struct State {
        var stage = Stage.staying
        var waiting: [Int: (stage: Stage, continuation: CheckedContinuation<Void, Never>)] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    var stage: Stage { state.withLock(\.stage) }

    /// Goes on to `stage`; there is no way back.
    func advance(to stage: Stage) {
        let reached = state.withLock { state in
            state.stage = max(state.stage, stage)
            let now = state.stage
            let reached = state.waiting.filter { $0.value.stage <= now }
            for key in reached.keys { state.waiting[key] = nil }
            return reached.values.map(\.continuation)
        }
        for continuation in reached { continuation.resume() }
    }

    /// Waits until `stage` is reached, or the task is cancelled.
    func reached(_ stage: Stage) async {
        let key = state.withLock { state in
            defer { state.next += 1 }
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard state.stage < stage, !Task.isCancelled else { return true }
                    state.waiting[key] = (stage, continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiting.removeValue(forKey: key) }
            waiter?.continuation.resume()
        }
    }

    /// Runs `operation`, and cancels it when `stage` is reached; nil when that ended it.
    func unless<T: Sendable>(
        _ stage: Stage, _ operation: @escaping @Sendable () async throws -> T
    ) async throws -> T? {
        try await withThrowingTaskGroup(of: T?.self) { group in
            group.addTask {
                do {
                    return try await operation()
                } catch  where self.stage >= stage {
                    return nil
                }
            }
            group.addTask {
                await self.reached(stage)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
