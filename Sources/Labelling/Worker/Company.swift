import Synchronization

/// Which of a worker's shards are worked on beside each other.
///
/// Most are, so that streams never wait. A shard that a worker has died over is worked on alone: a
/// death then accuses no other one, and images are not set aside that were only near.
final class Company: Sendable {
    private struct Waiter {
        let key: Int
        let alone: Bool
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var inside = 0
        var isClosed = false
        var waiters: [Waiter] = []
        var next = 0

        func admits(_ alone: Bool) -> Bool { !isClosed && (!alone || inside == 0) }

        mutating func admit(_ alone: Bool) {
            inside += 1
            isClosed = alone
        }

        /// Admits as many waiters as may come in, in their order.
        mutating func admitWaiters() -> [Waiter] {
            var admitted: [Waiter] = []
            while let first = waiters.first, admits(first.alone) {
                admit(first.alone)
                admitted.append(waiters.removeFirst())
            }
            return admitted
        }
    }

    private let state = Mutex(State())

    /// How many shards wait.
    var waiting: Int { state.withLock(\.waiters.count) }

    /// Waits until a shard may be worked on, in the order of the calls; false when its task is
    /// cancelled before.
    func enter(alone: Bool) async -> Bool {
        let key = state.withLock { state in
            defer { state.next += 1 }
            return state.next
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    guard !Task.isCancelled else { return false }
                    guard state.waiters.isEmpty, state.admits(alone) else {
                        state.waiters.append(
                            Waiter(key: key, alone: alone, continuation: continuation))
                        return nil
                    }
                    state.admit(alone)
                    return true
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let (gone, admitted) = state.withLock { state -> (Waiter?, [Waiter]) in
                guard let place = state.waiters.firstIndex(where: { $0.key == key }) else {
                    return (nil, [])
                }
                return (state.waiters.remove(at: place), state.admitWaiters())
            }
            gone?.continuation.resume(returning: false)
            for waiter in admitted { waiter.continuation.resume(returning: true) }
        }
    }

    /// Notes that a shard which had entered is held no more.
    func leave(alone: Bool) {
        let admitted = state.withLock { state in
            state.inside -= 1
            if alone { state.isClosed = false }
            return state.admitWaiters()
        }
        for waiter in admitted { waiter.continuation.resume(returning: true) }
    }
}
