import Foundation
import GRDB
import Glibc
import PipelineCore
import Rehearsal
import TestSupport

/// Whether a run with one worker at a twentieth of the others' speed takes little longer than
/// without it, and counts every result once.
struct StragglerTrial: LoadTrial {
    private let images: Int
    private let pause: Int
    private let shardSize: Int

    /// How many times as long it may take.
    static let slowdown = 1.3
    /// From how many images on a shard of the straggler's has to be raced for.
    private static let least = 600
    /// How much slower the straggler is.
    private static let handicap = 20

    /// How many images, how many milliseconds each takes, and how many a shard has.
    static let usual: KeyValuePairs = ["images": 1200, "pause": 100, "shard": 30]

    init(_ options: LoadOptions) throws {
        images = try options.number("images")
        pause = try options.number("pause")
        shardSize = try options.number("shard")
    }

    func run(_ report: LoadReport) async throws {
        let alone = try await play(withStraggler: false, report)
        let together = try await play(withStraggler: true, report)
        report.note(String(format: "%.1f s without it, %.1f s with it", alone, together))
        report.expect("with a straggler the run took", together / alone, below: Self.slowdown, "x")
    }

    /// Plays a run, and gives the seconds from its submission to its end.
    private func play(withStraggler: Bool, _ report: LoadReport) async throws -> Double {
        let folder = TemporaryFolder()
        let coordinator = try await RunningCoordinator.start(
            over: folder.file("data"), lease: 60)
        var workers: [RunningProgram] = []
        for number in 0..<2 {
            workers.append(
                try await StubWorker.start(
                    "quick-\(number)", for: coordinator, pause: pause * 1000))
        }
        if withStraggler {
            workers.append(
                try await StubWorker.start(
                    "straggler", for: coordinator, pause: pause * 1000 * Self.handicap, grace: 1))
        }
        for worker in workers {
            guard try await worker.wait(until: { $0.out.contains("ready") }) else {
                throw Failed("a worker does not begin: \(worker.err)")
            }
        }
        let pictures = try PictureSet(images, seed: 7)
        let start = ContinuousClock.now
        let run = try await coordinator.submit(pictures, shardSize: shardSize)
        while try await coordinator.status(of: run).run.state != .done {
            try await Task.sleep(for: .milliseconds(100))
            guard start.duration(to: .now) < .seconds(600) else {
                throw Failed("the run is not done after ten minutes")
            }
        }
        let seconds = start.duration(to: .now) / .seconds(1)
        let counts = try await coordinator.status(of: run).run.counts
        report.check(
            counts.labelled == images,
            "\(counts.labelled) of \(images) images counted once")
        for worker in workers {
            worker.send(SIGKILL)
            _ = try await worker.end()
        }
        try await coordinator.stop()
        let raced = try await Self.raced(in: coordinator.data)
        // In seconds, on a busy machine, there may be no time for a race.
        if withStraggler, images >= Self.least {
            report.check(raced > 0, "\(raced) shards were worked on twice")
        }
        return seconds
    }

    /// How many shards were leased more than once; the coordinator has ended.
    private static func raced(in data: String) async throws -> Int {
        let queue = try DatabaseQueue(path: data + "/jobs.sqlite")
        defer { try? queue.close() }
        return try await queue.read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM shard WHERE epoch > 1") ?? 0
        }
    }
}
