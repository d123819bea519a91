package import PipelineCore
import Storage

/// Every kind of job store; a suite over all cases holds each of them to the contract.
package enum StoreKind: String, Sendable, CaseIterable {
    /// ``MemoryJobStore``.
    case memory
    /// ``SQLiteJobStore``.
    case sqlite

    /// Opens a store in `folder`; one on disk is found again by opening the same folder.
    package func open(
        in folder: TemporaryFolder, attempts: Int = 5, clock: some TickSource,
        term: Duration = .seconds(60)
    ) throws -> any JobStore & TokenStore {
        switch self {
        case .memory:
            MemoryJobStore(attempts: attempts)
        case .sqlite:
            try SQLiteJobStore(
                path: folder.file("jobs.db"), attempts: attempts, now: clock.now(), term: term)
        }
    }

    /// Opens a store that holds the running run `r1` of `shards` shards of ten images each.
    package func open(
        in folder: TemporaryFolder, shards: Int, attempts: Int = 5, clock: some TickSource
    ) async throws -> any JobStore & TokenStore {
        let store = try open(in: folder, attempts: attempts, clock: clock)
        try await store.begin(.sample("r1"), shards: shards)
        return store
    }
}
