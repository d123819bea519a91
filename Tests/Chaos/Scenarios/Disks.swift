import Foundation
import Glibc
import Labelling
import PipelineCore
import Rehearsal
import TestSupport

extension Scenario {
    /// Disks that are full, fail or forget.
    static let disks = [
        Scenario(
            id: "F18", fault: "the coordinator's disk fills up, and is given room later",
            expectation: "507 with Retry-After, not ready, alive; then it goes on; the same bytes",
            promises: [1, 8, 11], limit: 900, play: fillCoordinator),
        Scenario(
            id: "F19", fault: "a worker's disk is full",
            expectation: "it works on, without a crash marker; the same bytes",
            promises: [6, 11], limit: 900, play: fillWorker),
        Scenario(
            id: "F20", fault: "fdatasync fails from its third call on",
            expectation: "nothing is acknowledged afterwards that is not there at the next start",
            promises: [1, 11], limit: 900, play: failSync),
        Scenario(
            id: "F21",
            fault: "the job store is overwritten, cut off, emptied or lost but for its log",
            expectation: "start is refused with the cause and the remedy, and the file is kept; "
                + "a backup restores it",
            promises: [9, 11], limit: 900, play: damageStore),
        Scenario(
            id: "F38", fault: "one byte of a stored manifest or result is changed",
            expectation: "it is refused by its SHA-256, and no row is told of it",
            promises: [9], limit: 900, play: flipBits),
    ]

    private static func fillCoordinator(_ trial: Trial) async throws {
        try Mount.require(trial)
        let pictures = try PictureSet(trial.pick(4000, short: 800), seed: trial.seed)
        let disk = try await Mount.memory("2m", at: trial.folder.file("disk"))
        let coordinator = try await RunningCoordinator.start(over: disk.path + "/data")
        let run = try await coordinator.submit(pictures, shardSize: 10)
        let clerk = try Clerk("clerk", coordinator)
        var acknowledged: [Acknowledgement] = []
        var refusals = 0
        while refusals == 0 {
            do {
                guard let work = try await clerk.take() else { break }
                try await clerk.upload(work)
                _ = try await clerk.complete(work)
                acknowledged.append(Acknowledgement(work))
            } catch ClientError.refused(507, _) {
                refusals += 1
            }
        }
        try trial.expect(refusals > 0, "the disk never was full")
        let room = try filler(disk.path)
        let token = try String(contentsOfFile: coordinator.tokenFile(.worker), encoding: .utf8)
        let answer = try RawRequest(coordinator, token: token.filter { !$0.isNewline }).send(
            "PUT /v1/runs/\(run.id)/shards/0/results/1",
            headers: [
                "Content-Length: 100000",
                "Content-SHA256: \(SHA256Digest(of: [UInt8](repeating: 7, count: 100_000)))",
            ], body: [UInt8](repeating: 7, count: 100_000))
        try trial.expect(answer?.status == 507, "a full disk is answered by \(answer?.status ?? 0)")
        try trial.expect(answer?.headers["retry-after"] != nil, "there is no Retry-After")
        try await trial.wait(for: "/readyz to be red", within: .seconds(120)) {
            try RawRequest(coordinator).send("GET /readyz")?.status == 503
        }
        try trial.expect(coordinator.program.isRunning, "the coordinator has ended")
        unlink(room)
        try await disk.resize(to: "64m")
        try await trial.wait(for: "/readyz to be green", within: .seconds(120)) {
            try RawRequest(coordinator).send("GET /readyz")?.status == 200
        }
        let worker = try await StubWorker.start("worker", for: coordinator, pause: 0)
        try await coordinator.finish(run, in: trial)
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        worker.send(SIGTERM)
        _ = try await worker.end()
        try await coordinator.stop()
        let lost = try StoreView(coordinator.data).lost(of: acknowledged)
        try trial.expect(lost == 0, "\(lost) of \(acknowledged.count) acknowledged are lost")
        trial.count("acknowledged before", acknowledged.count)
        trial.count("lost", lost)
        try await disk.remove()
    }

    /// Takes what room is left on a disk; the file that does.
    private static func filler(_ disk: String) throws -> String {
        let path = disk + "/filler"
        let file = open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(file) }
        guard file >= 0 else { throw Failed("no file can be made on the full disk") }
        for size in [4096, 512, 1] {
            let block = [UInt8](repeating: 1, count: size)
            while write(file, block, size) == size {}
        }
        return path
    }

    private static func fillWorker(_ trial: Trial) async throws {
        try Mount.require(trial)
        let pictures = try PictureSet(trial.pick(400, short: 24), seed: trial.seed)
        let disk = try await Mount.memory("1m", at: trial.folder.file("scratch"))
        _ = try filler(disk.path)
        let coordinator = try await RunningCoordinator.start(
            over: trial.folder.file("data"), lease: 60)
        let run = try await coordinator.submit(pictures, shardSize: 4)
        let worker = try await StubWorker.start(
            "full", for: coordinator, pause: 1000, state: disk.path + "/state")
        try await coordinator.finish(run, in: trial)
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        worker.send(SIGTERM)
        let outcome = try await worker.end()
        try trial.expect(outcome.status == 0, "it ends with \(outcome.status): \(outcome.err)")
        try await coordinator.stop()
        let burnt = try StoreView(coordinator.data).number(
            "SELECT sum(attempts + lapses + crashes) FROM shard")
        try trial.expect(burnt == 0, "\(burnt) attempts were counted")
        trial.count("attempts used up", burnt)
        try await disk.remove()
    }

    private static func failSync(_ trial: Trial) async throws {
        try await trial.requireTracing()
        let rounds = trial.pick(12, short: 2)
        let pictures = try PictureSet(60, seed: trial.seed)
        for round in 0..<rounds {
            let data = trial.folder.file("data\(round)")
            let sound = try await RunningCoordinator.start(over: data)
            let run = try await sound.submit(pictures, shardSize: 2)
            try await sound.stop()
            // The first calls are those of the start.
            let first = 3 + round * 2
            let coordinator = try await RunningCoordinator.start(
                over: data,
                under: [
                    "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync,fsync", "-e",
                    "inject=fdatasync,fsync:error=EIO:when=\(first)+",
                ])
            let acknowledged = try await Clerk("clerk", coordinator).workUntilTrouble()
            try trial.expect(
                acknowledged.count < 30, "every completion was acknowledged by a failing disk")
            trial.count("acknowledged before the failure", acknowledged.count)
            try await coordinator.kill()
            let view = try StoreView(data)
            let integrity = try view.integrity()
            try trial.expect(integrity == "ok", "the job store: \(integrity)")
            let lost = try view.lost(of: acknowledged)
            try trial.expect(lost == 0, "\(lost) of \(acknowledged.count) acknowledged are lost")
            let again = try await RunningCoordinator.start(over: data)
            let worker = try await StubWorker.start("worker", for: again, pause: 0)
            try await again.finish(run, in: trial)
            try await Invariant(coordinator: again, run: run, pictures: pictures).check(trial)
            worker.send(SIGTERM)
            _ = try await worker.end()
            trial.count("disks that failed")
        }
    }
}
