import Foundation
import Glibc
import Labelling
import PipelineCore
import Rehearsal
import Synchronization
import TestSupport

extension Scenario {
    /// Results that arrive in part.
    static let uploads = [
        Scenario(
            id: "F12",
            fault: "a worker's connection is reset after 400 kB of an upload, and the "
                + "coordinator hears nothing of it, or takes what came for the whole",
            expectation: "nothing of it can be seen or counts; a later retry succeeds; "
                + "the same bytes",
            promises: [2, 9], limit: 1200, play: breakUploads),
        Scenario(
            id: "F15",
            fault: "uploads end before their announced length, without a last chunk, "
                + "or whole by their form and short of their content",
            expectation: "they are refused, nothing of them can be seen or is left; the same bytes",
            promises: [2, 9], limit: 600, play: truncateUploads),
    ]

    private static func breakUploads(_ trial: Trial) async throws {
        let rule = NetworkHost.Rule.breakAfter(bytes: 400_000)
        let host = try await NetworkHost.start(trial)
        // A result of more than that: 2 kB a picture.
        let size = 320
        let pictures = try PictureSet(size * trial.pick(4, short: 1), seed: trial.seed)
        let coordinator = try await RunningCoordinator.start(
            over: trial.folder.file("data"), host: host.address, lease: 15)
        let run = try await coordinator.submit(pictures, shardSize: size)
        let folder = ResultFolder(coordinator: coordinator, run: run)
        try await host.add(rule)
        let worker = try await StubWorker.start(
            "far", for: coordinator, pause: 0, under: host.wrapper)
        var broken = 0
        try await trial.wait(for: "broken uploads") {
            broken = max(broken, folder.pending.count)
            let done = try await coordinator.status(of: run).run.counts.shardsDone
            try trial.expect(
                folder.visible.isEmpty && done == 0, "part of an upload passes for the whole")
            guard broken >= trial.pick(4, short: 1) else { return false }
            return try await host.struck() > 0
        }
        trial.count("uploads broken off", broken)
        try await host.remove(rule)
        try await coordinator.finish(run, in: trial)
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        worker.send(SIGTERM)
        let outcome = try await worker.end()
        try trial.expect(outcome.status == 0, "the worker ends with \(outcome.status)")
        // Those of which the end was never heard go at the latest with the process.
        try await coordinator.stop()
        let again = try await RunningCoordinator.start(
            over: coordinator.data, host: host.address, lease: 15)
        try trial.expect(folder.pending.isEmpty, "\(folder.pending.count) half files are left")
        trial.count("half files left", folder.pending.count)
        try await again.stop()
        try await host.remove()
        try await shortenUploads(trial)
    }

    /// What stands between worker and coordinator passes the beginnings of uploads on as wholes.
    private static func shortenUploads(_ trial: Trial) async throws {
        let pictures = try PictureSet(40, seed: trial.seed)
        let coordinator = try await RunningCoordinator.start(over: trial.folder.file("short"))
        let run = try await coordinator.submit(pictures, shardSize: 8)
        let seen = Mutex<Set<String>>([])
        let proxy = try RequestProxy(to: coordinator.port) { request in
            let isFirst = seen.withLock { $0.insert(request.path).inserted }
            return request.method == "PUT" && isFirst ? .shorten(to: 20_000) : .pass
        }
        let worker = try await StubWorker.start("short", for: coordinator, at: proxy.url, pause: 0)
        try await coordinator.finish(run, in: trial)
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        trial.count("uploads shortened", proxy.faults)
        try trial.expect(proxy.faults > 0, "no upload was shortened")
        worker.send(SIGTERM)
        _ = try await worker.end()
        try await coordinator.stop()
    }

    /// How an upload can fall short.
    private enum Shortfall: CaseIterable {
        case announcedLength
        case lastChunk
        case contentInOneBody
        case contentInChunks

        /// Its headers and its body, of which `length` bytes of the file arrive.
        func message(_ file: [UInt8], _ length: Int) -> (headers: [String], body: [UInt8]) {
            let part = Array(file.prefix(length))
            let chunk = Array("\(String(length, radix: 16))\r\n".utf8) + part + [13, 10]
            switch self {
            case .announcedLength: return (["Content-Length: \(file.count)"], part)
            case .lastChunk: return (["Transfer-Encoding: chunked"], chunk)
            case .contentInOneBody: return (["Content-Length: \(length)"], part)
            case .contentInChunks:
                return (["Transfer-Encoding: chunked"], chunk + Array("0\r\n\r\n".utf8))
            }
        }

        /// Whether HTTP itself shows that something is missing.
        var isOpen: Bool { self == .announcedLength || self == .lastChunk }
    }

    private static func truncateUploads(_ trial: Trial) async throws {
        let pictures = try PictureSet(32, seed: trial.seed)
        // Nobody renews the lease.
        let coordinator = try await RunningCoordinator.start(
            over: trial.folder.file("data"), lease: 600)
        let run = try await coordinator.submit(pictures, shardSize: 16)
        let folder = ResultFolder(coordinator: coordinator, run: run)
        let token = try String(contentsOfFile: coordinator.tokenFile(.worker), encoding: .utf8)
        let clerk = try Clerk("clerk", coordinator)
        while let work = try await clerk.take() {
            let (shard, epoch) = (work.lease.shard.index, work.lease.epoch)
            for _ in 0..<trial.pick(40, short: 2) {
                for shortfall in Shortfall.allCases {
                    let length = trial.random(in: 1...work.file.count - 1)
                    let (headers, body) = shortfall.message(work.file, length)
                    let answer = try RawRequest(
                        coordinator, token: token.filter { !$0.isNewline }
                    ).send(
                        "PUT /v1/runs/\(run.id)/shards/\(shard)/results/\(epoch)",
                        headers: headers + ["Content-SHA256: \(work.result.sha256.hex)"],
                        body: body, isHalf: shortfall.isOpen)
                    let what = "\(length) of \(work.file.count) bytes, short of \(shortfall)"
                    try trial.expect(
                        answer?.status == 400 || (answer == nil && shortfall.isOpen),
                        "\(what): answered by \(answer?.status ?? 0)")
                    try trial.expect(
                        folder.visible.count == shard, "\(what): the file can be seen")
                    trial.count(answer == nil ? "uploads cut off" : "uploads refused")
                }
            }
            do {
                _ = try await clerk.complete(work)
                throw Failed("a shard is completed with an upload that never was whole")
            } catch let error as ClientError where error.hasCode("result-missing") {}
            try await clerk.upload(work)
            _ = try await clerk.complete(work)
        }
        try await trial.wait(for: "half files to go") { folder.pending.isEmpty }
        trial.count("half files left", folder.pending.count)
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        try await coordinator.stop()
    }
}
