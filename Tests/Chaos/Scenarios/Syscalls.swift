import Foundation
import Glibc
import Labelling
import PipelineCore
import Rehearsal
import TestSupport

extension Scenario {
    /// Ends at every single step.
    static let systemCalls = [
        Scenario(
            id: "F04",
            fault: "the coordinator is killed at each system call that changes a file, "
                + "from its first start to its stop",
            expectation: "the store is sound, every acknowledged completion is there, and the "
                + "next start goes on; the same bytes",
            promises: [1, 2, 4], limit: 7200, play: killAtEachCall)
    ]

    /// The calls by which a file or a folder changes; those of a group do the same.
    private static let steps = [
        "pwrite64", "fdatasync,fsync", "rename,renameat,renameat2", "unlink,unlinkat",
    ]

    private static func killAtEachCall(_ trial: Trial) async throws {
        try await trial.requireTracing()
        let pictures = try PictureSet(4, seed: trial.seed)
        // So many at once: most of the time is waiting for leases of clerks that are told nothing.
        let width = trial.pick(6, short: 2)
        for calls in trial.pick(steps, short: [steps[1]]) {
            var number = trial.pick(1, short: trial.random(in: 1...3))
            var isOver = false
            while !isOver {
                let numbers = (0..<width).map { number + $0 * trial.pick(1, short: 7) }
                number = (numbers.last ?? number) + trial.pick(1, short: 7)
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in numbers {
                        group.addTask { try await killOnce(at: calls, number, pictures, trial) }
                    }
                    for try await wasKilled in group where !wasKilled { isOver = true }
                }
            }
        }
    }

    /// Plays a small run until the coordinator is killed, and then to its end; false when it
    /// was not.
    private static func killOnce(
        at calls: String, _ number: Int, _ pictures: PictureSet, _ trial: Trial
    ) async throws -> Bool {
        let moment = "killed at \(calls) \(number)"
        let place = TemporaryFolder()
        let data = place.file("data")
        let victim = try await RunningCoordinator.launch(
            over: data, under: Tracing.kill(at: calls, number))
        var acknowledged: [Acknowledgement] = []
        if try await victim.wait(until: { $0.out.contains("worker's token") }),
            let url = RunningCoordinator.url(of: victim)
        {
            let coordinator = RunningCoordinator(program: victim, url: url, data: data)
            acknowledged = await work(on: pictures, coordinator)
            if victim.isRunning { Glibc.kill(coordinator.identifier, SIGTERM) }
        }
        let outcome = try await victim.end()
        try trial.expect(
            outcome.status == 0 || outcome.status == 128 + SIGKILL,
            "\(moment): ends with \(outcome.status): \(outcome.err)")
        if FileManager.default.fileExists(atPath: data + "/jobs.sqlite") {
            let view = try StoreView(data)
            let integrity = try view.integrity()
            try trial.expect(integrity == "ok", "\(moment): the job store: \(integrity)")
            let lost = try view.lost(of: acknowledged)
            try trial.expect(
                lost == 0, "\(moment): \(lost) of \(acknowledged.count) acknowledged are lost")
        } else {
            try trial.expect(acknowledged.isEmpty, "\(moment): there is no job store")
        }
        let again = try await RunningCoordinator.start(over: data)
        let run = try await again.submit(pictures, shardSize: 2)
        let clerk = try Clerk("heir", again)
        try await trial.wait(for: "\(moment): the run's end") {
            _ = await clerk.workUntilTrouble()
            return try await again.status(of: run).run.state == .done
        }
        try await Invariant(coordinator: again, run: run, pictures: pictures).check(trial)
        try await again.stop()
        let lost = try StoreView(data).lost(of: acknowledged)
        try trial.expect(lost == 0, "\(moment): \(lost) acknowledged are lost at the end")
        guard outcome.status != 0 else { return false }
        trial.count("kills at \(calls.prefix { $0 != "," })")
        trial.count("completions acknowledged before", acknowledged.count)
        return true
    }

    /// Submits and completes what it can; what was acknowledged.
    private static func work(
        on pictures: PictureSet, _ coordinator: RunningCoordinator
    ) async -> [Acknowledgement] {
        let folder = TemporaryFolder()
        let manifest = folder.file("manifest.jsonl")
        do {
            let submission = RunSubmission(
                definition: StubNetwork.definition(shardSize: 2),
                dataset: RelativePath(text: pictures.path),
                manifest: try pictures.list(into: manifest))
            let submitter = try coordinator.client(.submitter, attempts: 1)
            let run = try await submitter.submit(submission)
            _ = try await submitter.sendManifest(of: run.id, from: manifest)
            return await (try Clerk("clerk", coordinator)).workUntilTrouble()
        } catch {
            return []
        }
    }
}
