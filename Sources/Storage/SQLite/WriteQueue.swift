import Dispatch
import GRDB
import Synchronization

/// Writes to a job store, each whole or not at all, of which many go to disk at once.
///
/// A disk takes about as long for one small transaction as for fifty, so the writes that come while
/// one transaction goes to disk share the next: each is a savepoint in it, and is answered once the
/// transaction is on disk. When a transaction fails as a whole, its writes are tried one by one, so
/// that none fails for another's sake. A write happens whatever becomes of the task that asked.
final class WriteQueue: Sendable {
    /// A write that waits.
    private struct Entry: Sendable {
        /// Makes the write, and gives what answers it; throws when the transaction is lost.
        let make: @Sendable (Database) throws -> Answer
        /// Answers that the transaction did not come about.
        let fail: @Sendable (any Error) -> Void
    }

    /// Answers a write that has been made or refused.
    private struct Answer: Sendable {
        let give: @Sendable () -> Void
    }

    private struct State {
        var waiting: [Entry] = []
        var isBusy = false
    }

    private let pool: DatabasePool
    private let thread = DispatchQueue(label: "job store writes", qos: .userInitiated)
    private let state = Mutex(State())

    /// As many writes share a transaction: a longer one would keep the first of them waiting.
    private static let most = 128

    /// Writes through the pool's one writing connection.
    init(_ pool: DatabasePool) { self.pool = pool }

    /// Runs `body` so that all of it is on disk when this returns, or nothing when it throws.
    ///
    /// It may be run a second time, when the first has been undone altogether.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let entry = Entry(
                make: { db in
                    let result = try Self.attempt(body, db)
                    return Answer { continuation.resume(with: result) }
                },
                fail: { continuation.resume(throwing: $0) })
            let isFirst = state.withLock { state in
                state.waiting.append(entry)
                defer { state.isBusy = true }
                return !state.isBusy
            }
            if isFirst { thread.async { self.work() } }
        }
    }

    /// What `body` gives or throws, in a savepoint of its own; throws when the transaction around it
    /// is lost, as on a full disk.
    private static func attempt<Value: Sendable>(
        _ body: (Database) throws -> Value, _ db: Database
    ) throws -> Result<Value, any Error> {
        var value: Value?
        do {
            try db.inSavepoint {
                value = try body(db)
                return .commit
            }
        } catch {
            guard db.isInsideTransaction else { throw error }
            return .failure(error)
        }
        guard let value else { throw DatabaseError(message: "a write gave nothing") }
        return .success(value)
    }

    private func work() {
        while let batch = next() {
            do {
                for answer in try together(batch) { answer.give() }
            } catch  where batch.count > 1 {
                for entry in batch { alone(entry) }
            } catch {
                for entry in batch { entry.fail(error) }
            }
        }
    }

    private func next() -> [Entry]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isBusy = false
                return nil
            }
            defer { state.waiting.removeFirst(min(state.waiting.count, Self.most)) }
            return Array(state.waiting.prefix(Self.most))
        }
    }

    private func alone(_ entry: Entry) {
        do {
            for answer in try together([entry]) { answer.give() }
        } catch {
            entry.fail(error)
        }
    }

    private func together(_ batch: [Entry]) throws -> [Answer] {
        try pool.writeWithoutTransaction { db in
            var answers: [Answer] = []
            try db.inTransaction(.immediate) {
                for entry in batch { answers.append(try entry.make(db)) }
                return .commit
            }
            return answers
        }
    }
}
