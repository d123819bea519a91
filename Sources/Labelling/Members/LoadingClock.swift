import Synchronization

/// Measures for how long anything was being loaded, however many loads overlapped.
final class LoadingClock: Sendable {
    private struct State {
        var underWay = 0
        var since = ContinuousClock.now
        var total = Duration.zero
    }

    private let state = Mutex(State())

    /// The time so far, without a load that is still under way.
    var total: Duration { state.withLock(\.total) }

    /// Counts the time that `load` takes.
    func measure<T>(_ load: () throws -> T) rethrows -> T {
        begin()
        defer { end() }
        return try load()
    }

    /// Counts the time that `load` takes.
    func measure<T>(_ load: () async throws -> T) async rethrows -> T {
        begin()
        defer { end() }
        return try await load()
    }

    private func begin() {
        state.withLock { state in
            if state.underWay == 0 { state.since = .now }
            state.underWay += 1
        }
    }

    private func end() {
        state.withLock { state in
            state.underWay -= 1
            if state.underWay == 0 { state.total += state.since.duration(to: .now) }
        }
    }
}
