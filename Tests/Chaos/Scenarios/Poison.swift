import Foundation
import Glibc
import Labelling
import PipelineCore
import Rehearsal
import TestSupport

extension Scenario {
    /// One picture that ends whoever looks at it.
    static let poison = [
        Scenario(
            id: "F24", fault: "a worker aborts at one image, and leaves its crash marker",
            expectation: "that image alone is quarantined, within three leases of its shard; "
                + "every other one is labelled",
            promises: [4, 6], limit: 900, play: abortAtPicture),
        Scenario(
            id: "F25", fault: "a worker is killed at one image, and leaves no marker",
            expectation: "that image alone is quarantined, after 2 + log₂ n deaths for n images "
                + "of a shard; every other one is labelled",
            promises: [4, 6], limit: 900, play: killAtPicture),
    ]

    @Sendable
    private static func abortAtPicture(_ trial: Trial) async throws {
        for round in 0..<trial.pick(5, short: 1) {
            let data = trial.folder.file("data\(round)")
            let deaths = try await poison(
                trial, data: data, images: trial.pick(400, short: 32), shardSize: 8,
                signal: SIGABRT, state: trial.folder.file("state\(round)"), atMost: 2)
            let leases = try StoreView(data).number("SELECT max(epoch) FROM shard")
            try trial.expect(leases <= 3, "a shard was leased \(leases) times")
            trial.count("deaths", deaths)
            trial.count("leases at most of a shard", leases)
        }
    }

    @Sendable
    private static func killAtPicture(_ trial: Trial) async throws {
        for round in 0..<trial.pick(3, short: 1) {
            let size = trial.pick(16, short: 2)
            let most = 2 + (size - 1).bitWidth - (size - 1).leadingZeroBitCount
            let deaths = try await poison(
                trial, data: trial.folder.file("data\(round)"), images: size * 2, shardSize: size,
                signal: SIGKILL, state: nil, atMost: most)
            trial.count("deaths", deaths)
            trial.count("deaths allowed", most)
        }
    }

    /// Sends worker after worker at a run with one poisoned picture, until it is done; gives how
    /// many died, and looks at every row.
    private static func poison(
        _ trial: Trial, data: String, images: Int, shardSize: Int, signal: CInt, state: String?,
        atMost most: Int
    ) async throws -> Int {
        let pictures = try PictureSet(images, seed: trial.seed &+ UInt64(trial.random(in: 0...999)))
        let name = PictureSet.name(trial.random(in: 0...images - 1))
        let file = try Data(contentsOf: URL(filePath: pictures.path + "/" + name))
        let coordinator = try await RunningCoordinator.start(over: data)
        let run = try await coordinator.submit(pictures, shardSize: shardSize)
        var deaths = 0
        var worker = try await PoisonedWorker.start(
            "worker0", for: coordinator, at: SHA256Digest(of: [UInt8](file)), signal: signal,
            state: state)
        try await trial.wait(for: "the run's end", within: .seconds(240)) {
            if !worker.isRunning {
                let outcome = try await worker.end()
                try trial.expect(
                    outcome.status == 128 + signal,
                    "a worker ends with \(outcome.status): \(outcome.err.suffix(500))")
                deaths += 1
                try trial.expect(deaths <= most, "\(deaths) workers died, \(most) may")
                worker = try await PoisonedWorker.start(
                    "worker\(deaths)", for: coordinator, at: SHA256Digest(of: [UInt8](file)),
                    signal: signal, state: state)
            }
            return try await coordinator.status(of: run).run.state == .done
        }
        try trial.expect(deaths > 0, "nobody died")
        let labels = try pictures.labels()
        let rows = try Verdict.read(try await coordinator.export(run))
        try trial.expect(rows.count == images, "\(rows.count) rows of \(images)")
        let evidence = try await coordinator.client(.viewer).quarantine(of: run.id).images
        for row in rows {
            let isRight =
                row.file == name
                ? row.failure?.reason == "quarantined"
                : row.status == "labelled" && row.index == labels[row.file]
            try trial.expect(
                isRight,
                "\(row.file) is \(row.status), \(row.failure?.reason ?? "no failure"), and "
                    + "\(name) ends workers: \(evidence.flatMap(\.crashes))")
        }
        trial.count("images quarantined")
        trial.count("images labelled", images - 1)
        worker.send(SIGTERM)
        _ = try await worker.end()
        try await coordinator.stop()
        return deaths
    }
}
