import Foundation
import Glibc
import TestSupport
import Testing
import Transport

@Suite("What was computed before", .enabled(if: Networks.areHere), .serialized)
struct ReuseTests {
    let folder = TemporaryFolder()

    /// How many images a run computed, and how many it did not have to.
    struct Reuse: Decodable, Equatable {
        var computed: Int
        var reused: Int
    }

    private struct Facts: Decodable { var reuse: Reuse }

    private func label(
        _ dataset: SampleDataset, to output: String, _ arguments: [String]
    ) async throws -> Reuse {
        let outcome = try await Program.start(
            ["label", dataset.path, "--output", folder.file(output)] + arguments
        ).end()
        #expect(outcome.status == 0, "\(outcome.err)")
        let facts = try contents(folder.file(output) + "/run.json")
        return try JSONDecoder().decode(Facts.self, from: facts).reuse
    }

    /// Writes a definition, and gives its path.
    private func definition(_ text: String, to name: String) throws -> String {
        try folder.write(text, to: name)
        return folder.file(name)
    }

    private func manifest(_ output: String) throws -> Data {
        try contents(folder.file(output) + "/manifest.jsonl")
    }

    @Test("is not computed again when files are added, changed, removed or copied")
    func changedFolder() async throws {
        let dataset = try SampleDataset(0..<20)
        let small = ["--pipeline", try Networks.smallDefinition(in: folder)]
        #expect(try await label(dataset, to: "a", small) == Reuse(computed: 20, reused: 0))
        for index in 20..<26 {
            try dataset.write(SamplePhoto(index: index).png, to: SampleDataset.name(index))
        }
        try dataset.write(SamplePhoto(index: 40).png, to: SampleDataset.name(3))
        unlink(dataset.path + "/" + SampleDataset.name(5))
        for copy in 0..<12 {
            try dataset.write(SamplePhoto(index: 41).png, to: "x\(1000 + copy).png")
        }
        #expect(try await label(dataset, to: "a", small) == Reuse(computed: 8, reused: 29))
        #expect(
            try await label(dataset, to: "b", small + ["--no-ledger"])
                == Reuse(computed: 37, reused: 0))
        #expect(try manifest("a") == manifest("b"))

        // What is no longer there is known as long as the folder is.
        try dataset.write(SamplePhoto(index: 5).png, to: SampleDataset.name(5))
        #expect(try await label(dataset, to: "a", small) == Reuse(computed: 0, reused: 38))
    }

    @Test("is computed again under other weights or another precision, and is known under each")
    func otherRecipe() async throws {
        let dataset = try SampleDataset(0..<4)
        let all = Reuse(computed: 4, reused: 0)
        let other = try definition(
            "name: other\nmembers:\n  - model: efficientnet_lite1\n", to: "other.yaml")
        let both = try definition(
            "name: both\nmembers:\n  - model: efficientnet_lite1\n  - model: efficientnet_lite0\n",
            to: "both.yaml")
        let small = try Networks.smallDefinition(in: folder)
        #expect(
            try await label(dataset, to: "a", ["--pipeline", small, "--precision", "f32"]) == all)
        #expect(
            try await label(dataset, to: "a", ["--pipeline", small, "--precision", "bf16"]) == all)
        #expect(
            try await label(dataset, to: "a", ["--pipeline", other, "--precision", "f32"]) == all)
        #expect(
            try await label(
                dataset, to: "a",
                ["--pipeline", small, "--precision", "f32", "--decode", "fast"])
                == all)
        let none = Reuse(computed: 0, reused: 4)
        #expect(
            try await label(dataset, to: "a", ["--pipeline", small, "--precision", "bf16"]) == none)
        // Members that were computed apart are known together.
        #expect(
            try await label(dataset, to: "a", ["--pipeline", both, "--precision", "f32"]) == none)
        #expect(
            try await label(
                dataset, to: "b", ["--pipeline", both, "--precision", "f32", "--no-ledger"]) == all)
        #expect(try manifest("a") == manifest("b"))
    }

    @Test("is known, or computed again, after a process was killed; the manifest is the same")
    func killed() async throws {
        let dataset = try SampleDataset(0..<160)
        let small = try Networks.smallDefinition(in: folder)
        let arguments = [
            "label", dataset.path, "--pipeline", small, "--output", folder.file("a"),
        ]
        let victim = try await Program.start(arguments)
        let isUnderWay = try await victim.wait { _ in
            resultCount(in: folder.file("a/.pipeline")) >= 4
        }
        victim.send(SIGKILL)
        _ = try await victim.end()
        #expect(isUnderWay)
        try dataset.write(SamplePhoto(index: 200).png, to: SampleDataset.name(200))
        let reuse = try await label(dataset, to: "a", ["--pipeline", small])
        _ = try await label(dataset, to: "b", ["--pipeline", small, "--no-ledger"])
        #expect(reuse.computed + reuse.reused == 161)
        #expect(reuse.reused >= 8, "a few of the shards that counted were entered")
        #expect(try manifest("a") == manifest("b"))
    }

    @Test("is known to a coordinator across datasets, which tells of it and forgets it when told")
    func coordinator() async throws {
        let (one, two) = (try SampleDataset(0..<12), try SampleDataset(6..<20))
        let small = try Networks.smallDefinition(in: folder)
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        let worker = try await coordinator.startWorker()
        let submit = { (dataset: SampleDataset) in
            let outcome = try await Program.run(
                "submit", dataset.path, "--pipeline", small, "--wait",
                environment: coordinator.access(as: "submitter"))
            #expect(outcome.status == 0, "\(outcome.err)")
            return outcome.out.trimmingCharacters(in: .newlines)
        }
        _ = try await submit(one)
        #expect(try await eventually { try await statistics(coordinator).images == 12 })
        let run = try await submit(two)
        #expect(try await eventually { try await statistics(coordinator).images == 20 })
        let page = try await metrics(coordinator)
        #expect(page.contains("\npipeline_images_computed_total 20\n"))
        #expect(page.contains("\npipeline_images_reused_total 6\n"))
        let export = try await Program.run(
            "export", run, environment: coordinator.access(as: "viewer"))
        _ = try await label(two, to: "b", ["--pipeline", small, "--no-ledger"])
        #expect(try Data(export.out.utf8) == manifest("b"))

        let refused = try await Program.run(
            "ledger", "prune", environment: coordinator.access(as: "submitter"))
        let pruned = try await Program.run(
            "ledger", "prune", "--unused-days", "0", environment: coordinator.access(as: "admin"))
        #expect(refused.status != 0)
        #expect(pruned.out.hasPrefix("forgot 20 images\n0 images known"), "\(pruned.out)")
        let text = try await Program.run(
            "ledger", "stats", environment: coordinator.access(as: "viewer"))
        #expect(text.out.contains("0 images known"))
        let again = try await Program.run(
            "export", run, environment: coordinator.access(as: "viewer"))
        #expect(again.out == export.out)
        worker.send(SIGTERM)
        #expect(try await worker.end().status == 0)
    }

    private struct Statistics: Decodable { var images: Int }

    private func statistics(_ coordinator: RunningCoordinator) async throws -> Statistics {
        let outcome = try await Program.run(
            "ledger", "stats", "--json", environment: coordinator.access(as: "viewer"))
        return try JSONDecoder().decode(Statistics.self, from: Data(outcome.out.utf8))
    }

    private func metrics(_ coordinator: RunningCoordinator) async throws -> String {
        let token = try String(
            contentsOfFile: coordinator.data + "/tokens/viewer", encoding: .utf8)
        let answer = try await HTTPClient().send(
            HTTPRequest(
                .get, coordinator.url + "/metrics",
                headers: [
                    ("Authorization", "Bearer " + token.trimmingCharacters(in: .newlines))
                ]))
        return String(decoding: answer.body, as: UTF8.self)
    }
}
