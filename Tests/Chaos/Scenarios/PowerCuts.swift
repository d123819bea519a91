import Foundation
import Glibc
import Labelling
import PipelineCore
import Rehearsal
import TestSupport

extension Scenario {
    /// Hosts that lose their power.
    static let powerCuts = [
        Scenario(
            id: "F05",
            fault: "the coordinator's host loses power under load, and starts again "
                + "with what its disk was given until then",
            expectation: "every acknowledged completion is there with its file; the store is "
                + "sound; the same bytes",
            promises: [1, 4], limit: 1800, play: cutPower)
    ]

    private static func cutPower(_ trial: Trial) async throws {
        try Mount.require(trial)
        try trial.requireRoot("mkfs.ext4", "cp", "truncate")
        let pictures = try PictureSet(trial.pick(5000, short: 300), seed: trial.seed)
        let images = trial.folder.file("disks")
        try FileManager.default.createDirectory(atPath: images, withIntermediateDirectories: true)
        var image = images + "/0"
        try await Tools.run("truncate", "-s", trial.pick("192m", short: "64m"), image)
        try await Tools.run("mkfs.ext4", "-q", "-F", image)
        var disk = try await mounted(image, trial)
        var coordinator = try await RunningCoordinator.start(over: disk.path + "/data")
        let run = try await coordinator.submit(pictures, shardSize: 1)
        var acknowledged: [Acknowledgement] = []
        for cut in 1...trial.pick(50, short: 2) {
            let working = coordinator
            let clerks = (0..<2).map { number in
                Task { try await Clerk("clerk\(number)", working).workUntilTrouble() }
            }
            try await Task.sleep(for: trial.moment(150...700))
            // A processor that stands still, and a disk that keeps what it has been given.
            Glibc.kill(coordinator.identifier, SIGSTOP)
            let copy = images + "/\(cut)"
            try await Tools.run("cp", "--sparse=always", image, copy)
            try await coordinator.kill()
            var latest: [Acknowledgement] = []
            for clerk in clerks { latest += try await clerk.value }
            try await disk.remove()
            unlink(image)
            image = copy
            trial.count("power cuts")

            disk = try await mounted(image, trial)
            let view = try StoreView(disk.path + "/data")
            let integrity = try view.integrity()
            try trial.expect(integrity == "ok", "cut \(cut): the job store: \(integrity)")
            // Each counts once: the earlier ones by their rows, the latest by row and file.
            let lost =
                try Set(acknowledged).subtracting(view.completions()).count
                + view.lost(of: latest)
            acknowledged += latest
            try trial.expect(
                lost == 0,
                "cut \(cut): \(lost) of \(acknowledged.count) acknowledged completions are lost")
            coordinator = try await RunningCoordinator.start(over: disk.path + "/data")
        }
        let worker = try await StubWorker.start("worker", for: coordinator, pause: 0)
        try await coordinator.finish(run, in: trial)
        try await Invariant(coordinator: coordinator, run: run, pictures: pictures).check(trial)
        worker.send(SIGTERM)
        _ = try await worker.end()
        try await coordinator.stop()
        try trial.expect(!acknowledged.isEmpty, "no completion was acknowledged before a cut")
        let lost = try StoreView(coordinator.data).lost(of: acknowledged)
        try trial.expect(lost == 0, "\(lost) of \(acknowledged.count) acknowledged are lost")
        trial.count("completions acknowledged", acknowledged.count)
        trial.count("lost", lost)
        try await disk.remove()
    }

    private static func mounted(_ image: String, _ trial: Trial) async throws -> Mount {
        do {
            return try await Mount.image(image, at: trial.folder.file("disk"))
        } catch let failure as Failed {
            throw Skipped("an image of a disk cannot be mounted here: \(failure)")
        }
    }
}
