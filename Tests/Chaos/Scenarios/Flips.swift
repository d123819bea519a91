import Foundation
import Glibc
import Labelling
import PipelineCore
import Rehearsal
import TestSupport

extension Scenario {
    /// Images a shard of the run whose files are changed.
    fileprivate static let flipped = 4

    /// Bits of stored files are turned, one at a time, and turned back.
    @Sendable
    static func flipBits(_ trial: Trial) async throws {
        let pictures = try PictureSet(trial.pick(200, short: 16), seed: trial.seed)
        let coordinator = try await RunningCoordinator.start(over: trial.folder.file("data"))
        let run = try await coordinator.submit(pictures, shardSize: flipped)
        let folder = "\(coordinator.data)/objects/runs/\(run.id)"
        let clerk = try Clerk("clerk", coordinator)
        guard let work = try await clerk.take() else { throw Failed("no shard waits") }
        // On the way: the body is not what its header says.
        var damaged = work
        damaged = Clerk.Work(
            lease: work.lease, file: work.file.dropLast() + [(work.file.last ?? 0) ^ 1],
            result: work.result)
        do {
            try await clerk.upload(damaged)
            throw Failed("a result with a changed byte was taken")
        } catch let error as ClientError where error.hasCode("wrong-digest") {
            trial.count("damaged uploads refused")
        }
        try await clerk.client.release(ReleaseRequest(ticket: work.lease.ticket, failure: nil))
        let worker = try await StubWorker.start("worker", for: coordinator, pause: 0)
        try await coordinator.finish(run, in: trial)
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        worker.send(SIGTERM)
        _ = try await worker.end()
        // At rest: some bytes of each file, one at a time, and mended again.
        let files = try FileManager.default.contentsOfDirectory(atPath: folder + "/results")
            .sorted()
            .map { "\(folder)/results/\($0)" }
        for _ in 0..<trial.pick(60, short: 8) {
            let flip = try Flip(try trial.choice(of: files), by: trial)
            try await expectRefusal(of: run, by: coordinator, over: flip, trial)
            trial.count("changed results refused")
            try flip.undo()
        }
        for _ in 0..<trial.pick(60, short: 8) {
            let flip = try Flip("\(folder)/manifest.jsonl", by: trial)
            try await expectRefusal(of: run, by: coordinator, over: flip, trial)
            trial.count("changed manifests refused")
            try flip.undo()
        }
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
    }

    /// Sees that no row of a changed file is exported, and that the log names it and says why.
    private static func expectRefusal(
        of run: Run, by coordinator: RunningCoordinator, over flip: Flip, _ trial: Trial
    ) async throws {
        var bytes: [UInt8] = []
        var refusal: (any Error)?
        do {
            try await coordinator.client(.viewer, attempts: 1).export(run.id, as: .jsonl) {
                bytes += $0
            }
        } catch {
            refusal = error
        }
        guard let refusal else { throw Failed("\(bytes.count) bytes were exported over \(flip)") }
        // What comes before it in the manifest may have been told by then.
        let rows = bytes.split(separator: UInt8(ascii: "\n")).count
        try trial.expect(rows <= flip.firstRow, "\(rows) rows came before \(flip) was seen")
        try trial.expect(coordinator.program.isRunning, "the coordinator ends over \(flip)")
        let words = coordinator.program.err.split(separator: "\n").last ?? ""
        try trial.expect(
            words.contains(flip.name) && words.contains("SHA-256"),
            "\(flip) is reported as: \(words) (\(refusal))")
    }
}

/// One bit of a file, turned.
private struct Flip: CustomStringConvertible {
    let path: String
    let offset: Int
    private let bit: UInt8

    init(_ path: String, by trial: Trial) throws {
        let size = (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        (self.path, offset) = (path, trial.random(in: 0...max(0, size - 1)))
        bit = 1 << UInt8(trial.random(in: 0...7))
        try turn()
    }

    var description: String { "a changed bit at \(offset) of '\(path)'" }

    /// The first row of a manifest that depends on it.
    ///
    /// A result's name begins with its shard's number.
    var firstRow: Int {
        name.split(separator: "-").first.flatMap { Int($0) }.map { $0 * Scenario.flipped } ?? 0
    }

    /// What an error calls the file.
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    func undo() throws { try turn() }

    private func turn() throws {
        let file = open(path, O_RDWR)
        defer { close(file) }
        var byte: UInt8 = 0
        guard file >= 0, pread(file, &byte, 1, offset) == 1 else {
            throw Failed("'\(path)' cannot be read")
        }
        byte ^= bit
        guard pwrite(file, &byte, 1, offset) == 1 else { throw Failed("'\(path)' is not changed") }
    }
}
