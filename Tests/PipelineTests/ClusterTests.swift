import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A coordinator and its workers", .enabled(if: Networks.areHere), .serialized)
struct ClusterTests {
    let folder = TemporaryFolder()

    @Test("come to the same bytes as one process, with the dataset on their disk or without it")
    func threeWorkers() async throws {
        let dataset = try SampleDataset(0..<150)
        try dataset.write(Array("just words\n".utf8), to: SampleDataset.name(70))
        let alone = try await Program.run(
            "label", dataset.path, "--output", folder.file("alone"))
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        let workers = [
            try await coordinator.startWorker("--name", "one"),
            try await coordinator.startWorker("--name", "two"),
            try await Blindfold.startWorker(for: coordinator, hiding: dataset.path),
        ]
        let submitted = try await Program.start(
            ["submit", dataset.path, "--wait"], environment: coordinator.access(as: "submitter")
        ).end()
        let run = submitted.out.trimmingCharacters(in: .newlines)
        for format in ["jsonl", "csv"] {
            let export = try await Program.run(
                "export", run, "--format", format, environment: coordinator.access(as: "viewer"))
            #expect(
                Data(export.out.utf8) == (try contents(folder.file("alone/manifest.\(format)"))))
        }
        let report = try await Program.run(
            "report", run, environment: coordinator.access(as: "viewer"))

        #expect(alone.status == 3)
        #expect(submitted.status == 3, "\(submitted.err)")
        #expect(report.out.hasPrefix("# Labels of photos"))
        for worker in workers {
            worker.send(SIGTERM)
            #expect(try await worker.end().status == 0)
        }
    }

    @Test("lose nothing when a worker and then the coordinator are killed")
    func killed() async throws {
        let dataset = try SampleDataset(0..<160)
        let definition = try Networks.smallDefinition(in: folder)
        _ = try await Program.run(
            "label", dataset.path, "--pipeline", definition, "--output", folder.file("alone"))
        let data = folder.file("data")
        let short = ["--lease-seconds", "5"]
        let first = try await RunningCoordinator.start(over: data, arguments: short)
        let submitted = try await Program.run(
            "submit", dataset.path, "--pipeline", definition,
            environment: first.access(as: "submitter"))
        let run = submitted.out.trimmingCharacters(in: .newlines)
        let victim = try await first.startWorker("--name", "victim")
        let survivor = try await first.startWorker("--name", "survivor")
        _ = try await victim.wait { _ in resultCount(in: data) >= 2 }
        victim.send(SIGKILL)
        _ = try await survivor.wait { _ in resultCount(in: data) >= 6 }
        first.program.send(SIGKILL)
        _ = try await first.program.end()
        let atDeath = resultCount(in: data)
        let second = try await RunningCoordinator.start(
            over: data, port: first.port, arguments: short)
        let helper = try await second.startWorker("--name", "helper")
        let watched = try await Program.run(
            "status", run, "--watch", environment: second.access(as: "viewer"))
        let export = try await Program.run(
            "export", run, environment: second.access(as: "viewer"))

        #expect(atDeath < 20, "the coordinator was killed at \(atDeath) of 20 shards")
        #expect(watched.status == 0, "\(watched.err)")
        #expect(watched.out.contains("160 of 160 images done (100 %)"))
        #expect(Data(export.out.utf8) == (try contents(folder.file("alone/manifest.jsonl"))))
        for worker in [survivor, helper] { worker.send(SIGKILL) }
    }

    @Test("hand back what a worker holds that is asked to leave")
    func handedBack() async throws {
        let dataset = try SampleDataset(0..<160)
        let definition = try Networks.smallDefinition(in: folder)
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        let submitted = try await Program.run(
            "submit", dataset.path, "--pipeline", definition,
            environment: coordinator.access(as: "submitter"))
        let worker = try await coordinator.startWorker()
        _ = try await worker.wait { _ in resultCount(in: coordinator.data) >= 2 }
        worker.send(SIGTERM)
        let left = try await worker.end()
        let status = try await Program.run(
            "status", submitted.out.trimmingCharacters(in: .newlines),
            environment: coordinator.access(as: "viewer"))

        #expect(left.status == 0)
        #expect(left.err.contains("left after "))
        #expect(status.out.contains(" 0 leased"), "\(status.out)")
    }
}
