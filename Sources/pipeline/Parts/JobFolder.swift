import Buckets
import Coordination
import Datasets
import Foundation
import Glibc
import Ledgers
import Models
import PipelineCore
import Reporting
import Results
import Storage
import Weights

/// A coordinator's folder, opened: the job store, manifests and results.
///
/// One process at a time has it open.
struct JobFolder {
    /// Manifests and results.
    let objects: any ObjectStore
    /// Tells of runs.
    let reporter: StoredRunReporter
    private let index: SQLiteLedger
    private let sqlite: SQLiteJobStore
    private let clock = MonotonicTicks()

    /// Opens the folder at `path`, making it if need be; leases that were out hold for `term`.
    ///
    /// With a `mirror`, manifests and results are in that bucket, too, before they count.
    init(path: String, term: Duration, mirror: BucketTarget? = nil) throws {
        try makeFolder(path, mode: 0o700)
        // The store first: its lock keeps the objects to one process, too.
        let jobs = try SQLiteJobStore(path: path + "/jobs.sqlite", now: clock.now(), term: term)
        let files = try FileObjectStore(folder: path + "/objects")
        reporter = StoredRunReporter(jobs: jobs, objects: files) { definition in
            try AddedModels().shelf().classes(of: definition)
        }
        sqlite = jobs
        objects =
            mirror.map { MirroredObjects(files, in: $0.place, client: $0.client) } ?? files
        index = try Self.ledger(path + "/ledger.sqlite", of: files)
    }

    /// The ledger at `path`; one that cannot be used steps aside for an empty one, since all it costs
    /// is to compute again.
    private static func ledger(_ path: String, of files: FileObjectStore) throws -> SQLiteLedger {
        let open = { () throws(LedgerError) in
            try SQLiteLedger(path: path, objects: files) { Int(Date().timeIntervalSince1970) }
        }
        do {
            return try open()
        } catch {
            let aside = path + ".unusable"
            Console.shared.note("\(error); it is now '\(aside)'")
            for suffix in ["", "-wal", "-shm"] { rename(path + suffix, aside + suffix) }
            return try open()
        }
    }

    /// Runs, shards and tokens.
    var store: any JobStore & TokenStore { sqlite }

    /// What has been computed, in this folder's results.
    var ledger: any PredictionLedger { index }

    /// What a coordinator is made of.
    var parts: CoordinatorParts {
        CoordinatorParts(
            store: store, objects: objects, tokens: store, reporter: reporter,
            images: DatasetReader(), clock: clock, backups: sqlite, ledger: ledger,
            comparer: ResultComparison())
    }

    /// Looks through what was too large for it when the folder was opened; throws ``StoreError``
    /// when it finds damage.
    func inspect() async throws { try await sqlite.inspect() }

    /// Lets others open the folder.
    func close() throws {
        try index.close()
        try sqlite.close()
    }
}

/// Makes the folder, and those above it, unless it is there.
func makeFolder(_ path: String, mode: Int = 0o755) throws {
    do {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: mode])
    } catch {
        throw Failure(
            error, "the folder '\(path)' cannot be made", hint: "name another folder")
    }
}
