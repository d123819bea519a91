import Foundation
import Glibc
import Labelling
import PipelineCore
import Rehearsal
import TestSupport

extension Scenario {
    /// Second programs, second submissions, other versions.
    static let changes = [
        Scenario(
            id: "F22", fault: "a second coordinator is started on the same folder",
            expectation: "it ends with 73 and names the first one's process; nothing is written",
            promises: [11], limit: 900, play: startSecond),
        Scenario(
            id: "F34",
            fault: "a run is submitted again, half done, changed, and under other weights",
            expectation: "the same run; another run; another run; each with its own bytes",
            promises: [2], limit: 900, play: submitAgain),
        Scenario(
            id: "F36", fault: "a store of a newer version; kills at every write of an upgrade",
            expectation: "refused and left as it is; the store is the old or the new one, and the "
                + "next start finishes the upgrade",
            promises: [11, 12], limit: 1800, play: openOthers),
    ]

    private static func startSecond(_ trial: Trial) async throws {
        let pictures = try PictureSet(20, seed: trial.seed)
        let first = try await RunningCoordinator.start(over: trial.folder.file("data"))
        let run = try await first.submit(pictures, shardSize: 4)
        for _ in 0..<trial.pick(20, short: 1) {
            let before = try Data(contentsOf: URL(filePath: first.data + "/jobs.sqlite"))
            let second = try await RunningCoordinator.launch(over: first.data).end()
            try trial.expect(second.status == 73, "it ends with \(second.status): \(second.err)")
            try trial.expect(
                second.err.contains("process \(first.identifier)"), "it says: \(second.err)")
            try trial.expect(
                try Data(contentsOf: URL(filePath: first.data + "/jobs.sqlite")) == before,
                "the second one has written to the job store")
            trial.count("second coordinators refused")
        }
        let worker = try await StubWorker.start("worker", for: first, pause: 0)
        try await first.finish(run, in: trial)
        try await Invariant(coordinator: first, run: run, pictures: pictures).check(trial)
        worker.send(SIGTERM)
        _ = try await worker.end()
        try await first.stop()
        // The lock goes with its process, even one that is killed.
        let third = try await RunningCoordinator.start(over: first.data)
        try await third.kill()
        try await RunningCoordinator.start(over: first.data).stop()
    }

    private static func submitAgain(_ trial: Trial) async throws {
        let pictures = try PictureSet(trial.pick(400, short: 32), seed: trial.seed)
        let coordinator = try await RunningCoordinator.start(over: trial.folder.file("data"))
        let first = try await coordinator.submit(pictures, shardSize: 4)
        let worker = try await StubWorker.start("worker", for: coordinator, pause: 10_000)
        try await trial.wait(for: "a shard") {
            try await coordinator.status(of: first).run.counts.shardsDone > 0
        }
        let again = try await coordinator.submit(pictures, shardSize: 4)
        try trial.expect(again.id == first.id, "the same files are run '\(again.id)'")
        try await coordinator.finish(first, in: trial)
        try await Invariant(coordinator: coordinator, run: first, pictures: pictures).check(trial)
        let other = try await coordinator.submit(
            pictures, shardSize: 4, weights: SHA256Digest(of: Array("other".utf8)))
        try trial.expect(other.id != first.id, "other weights are the same run")
        _ = try await coordinator.client(.submitter).steer(other.id, .cancel)
        var generator = SeededGenerator(seed: trial.seed + 1)
        try pictures.draw(0, using: &generator)
        let changed = try await coordinator.submit(pictures, shardSize: 4)
        try trial.expect(changed.id != first.id, "a changed picture is the same run")
        try await coordinator.finish(changed, in: trial)
        try await Invariant(coordinator: coordinator, run: changed, pictures: pictures).check(trial)
        worker.send(SIGTERM)
        _ = try await worker.end()
        trial.count("runs", 3)
    }
}
