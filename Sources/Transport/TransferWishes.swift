import Synchronization

/// What a task asks of a transfer that runs on another thread.
final class TransferWishes: Sendable {
    private let cancelled = Atomic(false)
    private let resumed = Atomic(false)

    /// Whether nobody waits for the answer any more.
    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    /// Gives up the answer.
    func cancel() { cancelled.store(true, ordering: .releasing) }

    /// Ends a pause.
    func resume() { resumed.store(true, ordering: .releasing) }

    /// Whether a pause should end; asking takes the wish back.
    func takeResume() -> Bool { resumed.exchange(false, ordering: .acquiringAndReleasing) }
}
