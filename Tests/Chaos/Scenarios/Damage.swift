import Foundation
import Glibc
import PipelineCore
import Rehearsal
import TestSupport

extension Scenario {
    /// One way to damage a job store that nobody has open.
    private struct Harm: Sendable {
        let name: String
        let deed: @Sendable (String) throws -> Void
    }

    private static let harms = [
        Harm(name: "a page of noise") { path in
            let file = open(path, O_WRONLY)
            defer { close(file) }
            let noise = (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 17) }
            guard pwrite(file, noise, 4096, 3 * 4096) == 4096 else { throw Failed("no write") }
        },
        Harm(name: "a page cut off") { path in
            var status = stat()
            stat(path, &status)
            truncate(path, status.st_size - 4096)
        },
        Harm(name: "emptied") { path in truncate(path, 0) },
        Harm(name: "a header of noise") { path in
            let file = open(path, O_WRONLY)
            defer { close(file) }
            guard pwrite(file, [UInt8](repeating: 7, count: 100), 100, 0) == 100 else {
                throw Failed("no write")
            }
        },
        Harm(name: "gone, its log left") { path in
            try Data("left over".utf8).write(to: URL(filePath: path + "-wal"))
            unlink(path)
        },
    ]

    /// Each harm is refused at the start, and mended by a backup.
    @Sendable
    static func damageStore(_ trial: Trial) async throws {
        let pictures = try PictureSet(40, seed: trial.seed)
        let data = trial.folder.file("data")
        let path = data + "/jobs.sqlite"
        let first = try await RunningCoordinator.start(over: data)
        let run = try await first.submit(pictures, shardSize: 4)
        let worker = try await StubWorker.start("worker", for: first, pause: 0)
        try await first.finish(run, in: trial)
        try await Invariant(coordinator: first, run: run, pictures: pictures).check(trial)
        let backup = trial.folder.file("backup.sqlite")
        let copied = try await Program.run(
            "backup", "--output", backup,
            environment: [
                "PIPELINE_COORDINATOR": first.url, "PIPELINE_TOKEN_FILE": first.tokenFile(.admin),
            ])
        try trial.expect(copied.status == 0, "no backup: \(copied.err)")
        worker.send(SIGTERM)
        _ = try await worker.end()
        try await first.stop()
        for harm in trial.pick(harms, short: Array(harms.prefix(3))) {
            try harm.deed(path)
            let before = FileManager.default.contents(atPath: path)
            let refused = try await RunningCoordinator.launch(over: data).end()
            try trial.expect(
                refused.status != 0 && refused.status < 128 && refused.err.contains("jobs.sqlite"),
                "\(harm.name): the start ends with \(refused.status): \(refused.err)")
            try trial.expect(
                FileManager.default.contents(atPath: path) == before,
                "\(harm.name): the refused file was changed")
            trial.count("damaged stores refused")
            // A log that belongs to no file is in the way of the backup, and is moved by hand.
            unlink(path + "-wal")
            let restored = try await Program.run("restore", backup, "--data", data, "--replace")
            try trial.expect(restored.status == 0, "\(harm.name): not restored: \(restored.err)")
            let coordinator = try await RunningCoordinator.start(over: data)
            try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
            try await coordinator.stop()
            trial.count("restored")
        }
    }
}
