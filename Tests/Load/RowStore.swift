import Foundation
import GRDB
import Glibc
import PipelineCore
import Rehearsal
import Storage

/// A coordinator's folder whose job store holds as many shards as one likes, made in no time.
struct RowStore {
    /// The coordinator's folder.
    let data: String
    /// How many shards it holds.
    let rows: Int
    /// The run that is half done; another one is done.
    let running: RunID

    /// How many images a shard holds.
    static let images = 64

    /// The job store's file.
    var path: String { data + "/jobs.sqlite" }

    /// Makes it: half of the shards are those of a run that is done, the others those of one that is
    /// half done.
    ///
    /// Runs come about as ever; their shards are written to the file itself, which takes a hundredth
    /// of the time that it takes to submit and finish them.
    init(in data: String, rows: Int) async throws {
        guard let done = RunID("done"), let running = RunID("running") else {
            throw Failed("a run's name is refused")
        }
        (self.data, self.rows, self.running) = (data, rows, running)
        try FileManager.default.createDirectory(
            atPath: data, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let store = try SQLiteJobStore(
            path: path, now: MonotonicTicks().now(), term: .seconds(60))
        for id in [done, running] { _ = try await store.open(Self.run(id)) }
        try store.close()

        let queue = try DatabaseQueue(path: path)
        try await queue.writeWithoutTransaction { db in
            // Nobody needs the file if the power goes now.
            try db.execute(sql: "PRAGMA synchronous = OFF")
        }
        try await Self.fill(queue, done, shards: rows / 2, done: rows / 2)
        try await Self.fill(queue, running, shards: rows - rows / 2, done: rows / 4)
        _ = try await queue.writeWithoutTransaction { db in try db.checkpoint(.truncate) }
        try queue.close()
    }

    private static func run(_ id: RunID) -> Run {
        Run(
            id: id, key: id.text, state: .open, dataset: RelativePath(text: "/nowhere"),
            definition: StubNetwork.definition(shardSize: images),
            manifest: SHA256Digest(of: Array(id.text.utf8)), created: 1_700_000_000, ledger: false)
    }

    private static func fill(
        _ queue: DatabaseQueue, _ run: RunID, shards: Int, done: Int
    ) async throws {
        let sequence = try await queue.read { db in
            try Int64.fetchOne(db, sql: "SELECT seq FROM run WHERE id = ?", arguments: [run.text])
        }
        guard let sequence else { throw Failed("run '\(run)' is not in the store") }
        for start in stride(from: 0, to: shards, by: 100_000) {
            try await queue.write { db in
                let insertion = try db.makeStatement(
                    sql: """
                        INSERT INTO shard (run, idx, first_row, images, byte_offset, byte_length,
                            state, epoch, result, result_epoch, labelled, failed)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """)
                for index in start..<min(start + 100_000, shards) {
                    let place: StatementArguments = [
                        sequence, index, index * images, images, index * images * 128,
                        images * 128,
                    ]
                    let end: StatementArguments =
                        index < done
                        ? ["done", 1, digest(index), 1, images, 0]
                        : ["queued", 0, nil, nil, nil, nil]
                    try insertion.execute(arguments: place + end)
                }
            }
        }
        try await queue.write { db in
            try db.execute(
                sql: """
                    UPDATE run
                    SET state = iif(:done = :shards, 'done', 'running'), shards = :shards,
                        shards_done = :done, images = :shards * :size, labelled = :done * :size
                    WHERE seq = :run
                    """,
                arguments: ["done": done, "shards": shards, "size": images, "run": sequence])
        }
    }

    /// Thirty-two bytes that no two shards share.
    private static func digest(_ index: Int) -> Data {
        withUnsafeBytes(of: UInt64(index)) { Data($0) } + Data(repeating: 0x5A, count: 24)
    }

    /// Bytes of the file and its log.
    var size: Double {
        [path, path + "-wal"].reduce(0) { sum, file in
            let facts = try? FileManager.default.attributesOfItem(atPath: file)
            return sum + ((facts?[.size] as? NSNumber)?.doubleValue ?? 0)
        }
    }

    /// Has the system forget what it holds of the file in memory, as after a start of the machine;
    /// nobody may have it open.
    func chill() throws {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Failed("'\(path)' cannot be opened") }
        defer { close(file) }
        guard fdatasync(file) == 0, posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) == 0 else {
            throw Failed("'\(path)' cannot be taken out of memory")
        }
    }
}
