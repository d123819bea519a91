import Foundation
import GRDB
import Glibc
import PipelineCore
import Rehearsal
import Storage
import TestSupport

extension Scenario {
    /// The calls by which a file or a folder changes.
    private static let writes = ["pwrite64", "fdatasync", "fsync", "rename", "unlink", "ftruncate"]

    /// A newer store is refused; every older one is upgraded, whenever that was broken off.
    @Sendable
    static func openOthers(_ trial: Trial) async throws {
        try await openNewer(trial)
        try await trial.requireTracing()
        let versions = Schema.migrator.migrations.count
        for version in trial.pick(Array(1..<versions), short: [1]) {
            // From the oldest one an upgrade takes every step.
            let stride = trial.pick(version == 1 ? 1 : 7, short: 6)
            let folder = trial.folder.file("version\(version)")
            let store = try OldStore(migrations: version, in: folder)
            for call in trial.pick(writes, short: ["fdatasync"]) {
                var number = trial.random(in: 1...stride)
                while try await killUpgrade(of: store, at: call, number, trial) {
                    number += stride
                }
            }
            trial.count("older versions")
        }
    }

    /// Kills the coordinator that upgrades `store` at a system call; false when that never came.
    ///
    /// The store has to be the old or the new one then, and the new one after the next start.
    private static func killUpgrade(
        of store: OldStore, at call: String, _ number: Int, _ trial: Trial
    ) async throws -> Bool {
        let moment = "killed at \(call) \(number)"
        let place = TemporaryFolder()
        let data = place.file("data")
        let path = data + "/jobs.sqlite"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: store.path, toPath: path)
        let upgrade = try await RunningCoordinator.launch(
            over: data, lease: 600,
            under: [
                "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e",
                "inject=\(call):signal=KILL:when=\(number)",
            ])
        let isOver = try await upgrade.wait { $0.out.contains("worker's token") }
        guard !isOver else {
            try await RunningCoordinator(program: upgrade, url: "", data: data).kill()
            return false
        }
        let outcome = try await upgrade.end()
        try trial.expect(
            outcome.status == 128 + SIGKILL,
            "\(moment): ends with \(outcome.status): \(outcome.err)")
        let left = try OldStore.content(of: path)
        try trial.expect(
            left == store.before || left == store.after, "\(moment): neither old nor new")
        let copy = path + ".before-upgrade"
        if FileManager.default.fileExists(atPath: copy) {
            try trial.expect(
                try OldStore.content(of: copy) == store.before, "\(moment): the copy is not whole")
        } else {
            try trial.expect(left == store.before, "\(moment): upgraded without a copy")
        }
        let again = try await RunningCoordinator.start(over: data, lease: 600)
        try await again.kill()
        try trial.expect(
            try OldStore.content(of: path) == store.after,
            "\(moment): the next start does not finish the upgrade")
        trial.count("kills during an upgrade")
        trial.count("left old", left == store.before ? 1 : 0)
        trial.count("left new", left == store.before ? 0 : 1)
        return true
    }

    private static func openNewer(_ trial: Trial) async throws {
        let data = trial.folder.file("data")
        let pictures = try PictureSet(20, seed: trial.seed)
        let first = try await RunningCoordinator.start(over: data)
        _ = try await first.submit(pictures, shardSize: 4)
        try await first.stop()
        let path = data + "/jobs.sqlite"
        try await DatabaseQueue(path: path).write { db in
            try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 of tomorrow')")
        }
        let before = FileManager.default.contents(atPath: path)
        let refused = try await RunningCoordinator.launch(over: data).end()
        try trial.expect(
            refused.status != 0 && refused.err.contains("newer version"),
            "a newer store: \(refused.status) \(refused.err)")
        try trial.expect(
            FileManager.default.contents(atPath: path) == before, "the newer store was changed")
        trial.count("newer stores refused")
    }
}
