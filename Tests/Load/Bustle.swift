import Foundation
import Glibc
import Labelling
import PipelineCore
import Rehearsal
import Synchronization
import TestSupport

/// All that goes on around a busy coordinator: people who submit and read, workers of every manner.
final class Bustle: Sendable {
    private struct Counts {
        var runs = 0
        var kills = 0
        var farewells = 0
        var lost = 0
        var quarantined = 0
    }

    private let coordinator: RunningCoordinator
    private let seed: UInt64
    private let tally = Tally()
    private let counts = Mutex(Counts())

    /// How many simulated workers work at a time, and how many real ones.
    private static let crowd = (simulated: 10, real: 3)

    init(_ coordinator: RunningCoordinator, seed: UInt64) {
        (self.coordinator, self.seed) = (coordinator, seed)
    }

    /// What goes on side by side until it is cancelled.
    var works: [@Sendable () async throws -> Void] {
        var works: [@Sendable () async throws -> Void] = [
            { try await self.submitting() }, { try await self.watching() },
        ]
        for seat in 0..<Self.crowd.simulated { works.append { try await self.simulating(seat) } }
        for seat in 0..<Self.crowd.real { works.append { try await self.hiring(seat) } }
        return works
    }

    /// How many runs were done and read.
    var runs: Int { counts.withLock { $0.runs } }

    /// What has happened so far.
    var summary: String {
        let counts = counts.withLock { $0 }
        return "\(counts.runs) runs, \(tally.shards) shards by simulated workers, "
            + "\(counts.kills) workers killed, \(counts.farewells) left, "
            + "\(counts.lost) leases forgotten, \(counts.quarantined) images quarantined"
    }

    /// Submits run after run, waits for each, and reads everything there is to read of it.
    private func submitting() async throws {
        let pictures = try (0..<3).map { try PictureSet(240, seed: seed + $0) }
        let viewer = try coordinator.client(.viewer)
        for number in 0... {
            let begin = ContinuousClock.now
            // Every second run finds what it needs in the ledger: the same network was there before.
            let network = SHA256Digest(of: Array("network \(number / 2)".utf8))
            let run = try await coordinator.submit(
                pictures[number / 2 % 3], shardSize: 8 - number % 2 * 2, weights: network)
            while try await viewer.status(of: run.id).run.state != .done {
                try await Task.sleep(for: .milliseconds(200))
                guard begin.duration(to: .now) < .seconds(600) else {
                    throw Failed("run \(number) is not done after ten minutes")
                }
            }
            let rows = try await coordinator.export(run).count { $0 == UInt8(ascii: "\n") }
            guard rows == run.counts.images else {
                throw Failed("run \(number) of \(run.counts.images) images has \(rows) rows")
            }
            _ = try await viewer.report(on: run.id)
            let ended = try await viewer.status(of: run.id).run.counts
            counts.withLock {
                $0.runs += 1
                $0.quarantined += ended.quarantined
            }
            try await Task.sleep(for: .seconds(5) - begin.duration(to: .now))
        }
    }

    /// Looks at everything that a person would, as often as one with a display.
    private func watching() async throws {
        let viewer = try coordinator.client(.viewer)
        while true {
            _ = try await viewer.runs()
            _ = try await viewer.quarantine(of: nil)
            _ = try await viewer.ledger()
            try await Task.sleep(for: .seconds(2))
        }
    }

    /// Lets one simulated worker after the other work, each for a while and under a new name.
    private func simulating(_ seat: Int) async throws {
        var generator = SeededGenerator(seed: seed &+ UInt64(seat) << 8)
        for number in 0... {
            let worker = try worker("sim-\(seat)-\(number)", salt: generator.next())
            let stay = Duration.seconds(Int.random(in: 10...40, using: &generator))
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await worker.work() }
                try? await Task.sleep(for: stay)
                group.cancelAll()
            }
            try Task.checkCancellation()
        }
    }

    private func worker(_ name: String, salt: UInt64) throws -> SimulatedWorker {
        SimulatedWorker(
            name: name, client: try coordinator.client(.worker).telling(tally),
            pause: .milliseconds(100), tally: tally,
            manners: { lease in
                var generator = SeededGenerator(seed: salt &+ UInt64(lease))
                switch generator.next() % 20 {
                case 0:
                    self.counts.withLock { $0.lost += 1 }
                    return .vanishes
                case 1: return .returns
                default: return .completes
                }
            },
            look: { entry, run in
                let file = URL(filePath: run.dataset.text + "/" + entry.file.text)
                let colour = PictureSet.colour(of: [UInt8](try Data(contentsOf: file)))
                return StubNetwork.logits(of: colour)
            })
    }

    /// Starts one real worker after the other, and kills it or tells it to leave.
    private func hiring(_ seat: Int) async throws {
        var generator = SeededGenerator(seed: seed &+ UInt64(seat) << 16)
        for number in 0... {
            let worker = try await StubWorker.start("real-\(seat)-\(number)", for: coordinator)
            try await Task.sleep(for: .seconds(Int.random(in: 5...30, using: &generator)))
            let isKilled = Bool.random(using: &generator)
            worker.send(isKilled ? SIGKILL : SIGTERM)
            let outcome = try await worker.end()
            guard outcome.status == (isKilled ? 128 + SIGKILL : 0) else {
                throw Failed("a worker ends with \(outcome.status): \(outcome.err)")
            }
            counts.withLock {
                $0.kills += isKilled ? 1 : 0
                $0.farewells += isKilled ? 0 : 1
            }
        }
    }
}
