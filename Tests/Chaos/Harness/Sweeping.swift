import PipelineCore
import Storage

/// What a coordinator does with results that lost, once no upload can be under way.
enum Sweeping {
    /// Removes the orphans of `run` in a folder that nobody has open; how many.
    static func removeOrphans(of run: Run, in data: String) async throws -> Int {
        let store = try SQLiteJobStore(
            path: data + "/jobs.sqlite", now: Tick(nanoseconds: 0), term: .seconds(60))
        let objects = try FileObjectStore(folder: data + "/objects")
        let count = try await objects.removeOrphans(of: run.id, in: store)
        try store.close()
        return count
    }
}
