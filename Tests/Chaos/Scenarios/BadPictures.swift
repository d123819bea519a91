import Foundation
import Glibc
import PipelineCore
import Rehearsal
import TestSupport

extension Scenario {
    /// Files that are not what they say.
    static let badPictures = [
        Scenario(
            id: "F23", fault: "two thousand damaged JPEG, PNG and WebP files",
            expectation: "the worker lives; no image takes 5 s; each has a label or a reason; "
                + "less than 1.5 times the memory that as many good files take",
            promises: [6, 8], limit: 900, play: readDamage),
        Scenario(
            id: "F26", fault: "small files that promise endless pixels, scans or zeros",
            expectation: "refused for their pixels or scans in less than 50 ms of processor time, "
                + "in 64 MB; a compressed request body is refused unread",
            promises: [6, 8], limit: 900, play: readBombs),
    ]

    private static func readDamage(_ trial: Trial) async throws {
        let samples = try DamagedPictures.samples()
        let damaged = DamagedPictures.all(
            of: samples, flips: trial.pick(500, short: 24), cuts: trial.pick(24, short: 1),
            seed: trial.seed)
        let good = damaged.indices.map { samples[$0 % samples.count] }
        let coordinator = try await RunningCoordinator.start(over: trial.folder.file("data"))
        let before = try await read(good, "good", coordinator, trial)
        let after = try await read(damaged, "damaged", coordinator, trial)
        try trial.expect(
            Double(after.peak) < 1.5 * Double(before.peak),
            "\(after.peak >> 20) MiB for damaged files, \(before.peak >> 20) for good ones")
        trial.count("damaged files", damaged.count)
        trial.count("labelled", after.rows.count { $0.status == "labelled" })
        let reasons = Dictionary(grouping: after.rows.compactMap(\.failure), by: \.reason)
        for (reason, rows) in reasons.sorted(by: { $0.key < $1.key }) {
            trial.count(reason, rows.count)
        }
        trial.count("MiB for good files", before.peak >> 20)
        trial.count("MiB for damaged files", after.peak >> 20)
        try await coordinator.stop()
    }

    /// Labels files with a worker of their own; the rows, and what it took at most.
    private static func read(
        _ files: [DamagedPictures.File], _ name: String, _ coordinator: RunningCoordinator,
        _ trial: Trial
    ) async throws -> (rows: [Verdict], peak: Int) {
        let path = trial.folder.file(name)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (index, file) in files.enumerated() {
            try Data(file.bytes).write(
                to: URL(filePath: "\(path)/p\(100_000 + index).\(file.kind)"))
        }
        let run = try await coordinator.submit(folder: path, shardSize: 8)
        let worker = try await StubWorker.start(name, for: coordinator, pause: 0)
        var (done, since, longest) = (0, ContinuousClock.now, Duration.zero)
        try await trial.wait(for: "the run's end", within: .seconds(600)) {
            let now = try await coordinator.status(of: run).run
            try trial.expect(worker.isRunning, "the worker has died: \(worker.err.suffix(500))")
            // While an image hangs, no shard after its own is done.
            if now.counts.shardsDone > done { (done, since) = (now.counts.shardsDone, .now) }
            longest = max(longest, since.duration(to: .now))
            return now.state == .done
        }
        try trial.expect(longest < .seconds(5), "nothing was done for \(longest)")
        trial.count("ms at most without a shard", Int(longest / .milliseconds(1)))
        let peak = ProcessUse(identifier: worker.identifier).peak
        worker.send(SIGTERM)
        let outcome = try await worker.end()
        try trial.expect(outcome.status == 0, "the worker ends with \(outcome.status)")
        let rows = try Verdict.read(try await coordinator.export(run))
        try trial.expect(rows.count == files.count, "\(rows.count) rows of \(files.count)")
        let bare = rows.filter { !$0.isWhole }
        try trial.expect(bare.isEmpty, "\(bare.count) rows without label and reason: \(bare)")
        return (rows, peak)
    }

    private static func readBombs(_ trial: Trial) async throws {
        let coordinator = try await RunningCoordinator.start(over: trial.folder.file("data"))
        let worker = try await StubWorker.start("worker", for: coordinator, pause: 0)
        let warm = try PictureSet(48, seed: trial.seed)
        let first = try await coordinator.submit(warm, shardSize: 8)
        try await coordinator.finish(first, in: trial)
        let use = ProcessUse(identifier: worker.identifier)
        for bomb in Bomb.all {
            let copies = trial.pick(40, short: 10)
            try trial.expect(bomb.bytes.count < 1 << 20, "\(bomb.name) takes a whole megabyte")
            let path = trial.folder.file(bomb.name)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            for index in 0..<copies {
                try Data(bomb.bytes).write(to: URL(filePath: "\(path)/p\(100 + index)"))
            }
            use.forgetPeak()
            let (resident, time) = (use.resident, use.processorTime)
            let run = try await coordinator.submit(folder: path, shardSize: copies)
            try await coordinator.finish(run, in: trial)
            let (growth, cost) = (use.peak - resident, (use.processorTime - time) / copies)
            try trial.expect(worker.isRunning, "\(bomb.name) has ended the worker")
            try trial.expect(
                growth < 64 << 20, "\(bomb.name) takes \(growth >> 20) MiB of memory")
            let rows = try Verdict.read(try await coordinator.export(run))
            try trial.expect(
                rows.count == copies && rows.allSatisfy(\.isWhole), "\(bomb.name) lacks rows")
            if let word = bomb.word {
                try trial.expect(
                    cost < .milliseconds(50), "\(bomb.name) takes \(cost) of processor time")
                for row in rows {
                    let words = row.failure?.detail ?? "a label"
                    try trial.expect(words.contains(word), "\(bomb.name) is refused for: \(words)")
                }
            }
            trial.count("bombs", copies)
            trial.count("µs of processor time for \(bomb.name)", Int(cost / .microseconds(1)))
            trial.count("MiB more for \(bomb.name)", growth >> 20)
        }
        try await refuseCompressed(coordinator, trial)
        worker.send(SIGTERM)
        _ = try await worker.end()
        try await coordinator.stop()
    }

    /// Nothing inflates a request's body.
    private static func refuseCompressed(
        _ coordinator: RunningCoordinator, _ trial: Trial
    ) async throws {
        let use = ProcessUse(identifier: coordinator.identifier)
        let body = Handmade.gzipZeros(128 << 20)
        for (line, role) in [("POST /v1/leases", Role.worker), ("POST /v1/runs", .submitter)] {
            let token = try String(contentsOfFile: coordinator.tokenFile(role), encoding: .utf8)
            let request = RawRequest(
                coordinator, token: token.trimmingCharacters(in: .newlines))
            use.forgetPeak()
            let resident = use.resident
            let answer = try request.send(
                line,
                headers: [
                    "Content-Type: application/json", "Content-Encoding: gzip",
                    "Content-Length: \(body.count)",
                ], body: body)
            let growth = use.peak - resident
            try trial.expect(
                answer?.status == 415, "\(line) in gzip is answered \(answer?.status ?? 0)")
            try trial.expect(growth < 64 << 20, "\(line) in gzip takes \(growth >> 20) MiB")
            trial.count("compressed bodies refused")
        }
    }
}

/// A small file that promises much.
private struct Bomb {
    let name: String
    /// What the refusal has to speak of; nil where the picture itself is small, and may be read.
    let word: String?
    let bytes: [UInt8]

    static let all = [
        Bomb(
            name: "png-pixels", word: "pixels",
            bytes: Handmade.png(
                width: 100_000, height: 100_000, then: Handmade.chunk("IDAT", [0x78, 0x9C]))),
        Bomb(
            name: "png-ratio", word: "pixels",
            bytes: Handmade.png(
                width: 30_000, height: 30_000, depth: 1, colour: 0,
                then: Handmade.chunk("IDAT", Handmade.zlibZeros(112 << 20)))),
        Bomb(
            name: "png-surplus", word: nil,
            bytes: Handmade.png(
                width: 12, height: 10, then: Handmade.chunk("IDAT", Handmade.zlibZeros(128 << 20)))),
        Bomb(
            name: "png-text", word: nil,
            bytes: Handmade.png(
                width: 12, height: 10,
                then: Handmade.chunk("zTXt", [0x61, 0, 0] + Handmade.zlibZeros(128 << 20))
                    + Handmade.chunk("IDAT", Handmade.zlibZeros(370)))),
        Bomb(
            name: "jpeg-pixels", word: "pixels",
            bytes: Handmade.jpeg(width: 65_500, height: 65_500)),
        Bomb(
            name: "jpeg-beyond", word: "pixels",
            bytes: Handmade.jpeg(width: 65_535, height: 65_535)),
        Bomb(
            name: "jpeg-scans", word: "scans",
            bytes: Handmade.jpeg(width: 8, height: 8, progressive: true, scans: 80_000)),
    ]
}
