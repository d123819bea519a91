import Foundation
import Glibc
import PipelineCore
import Storage
import TestSupport
import Testing

@Suite("Labelling a folder in one process", .enabled(if: Networks.areHere), .serialized)
struct LabelTests {
    let folder = TemporaryFolder()

    @Test("leaves manifests, report, facts and results, and says where they are")
    func outputs() async throws {
        let dataset = try SampleDataset(0..<5)
        let output = folder.file("labels")
        let outcome = try await Program.run("label", dataset.path, "--output", output)
        let rows = try ManifestRow.read(output + "/manifest.jsonl")
        let csv = try String(contentsOfFile: output + "/manifest.csv", encoding: .utf8)
        let report = try String(contentsOfFile: output + "/report.md", encoding: .utf8)
        let facts = try contents(output + "/run.json")

        #expect(outcome.status == 0, "\(outcome.err)")
        #expect(outcome.out.contains("5 of 5 images labelled"))
        #expect(outcome.out.contains("\(output)/manifest.jsonl"))
        #expect(rows.map(\.file) == (0..<5).map(SampleDataset.name))
        #expect(rows.allSatisfy { $0.status == "labelled" && $0.label != nil })
        #expect(csv.split(separator: "\n").count == 6)
        #expect(report.hasPrefix("# Labels of photos"))
        #expect(String(decoding: facts, as: UTF8.self).contains("\"labelled\" : 5"))
        #expect(
            FileManager.default.fileExists(atPath: output + "/results/shard-00000.safetensors"))
    }

    @Test("names its output after the dataset")
    func standardOutput() async throws {
        let dataset = try SampleDataset(0..<1)
        let outcome = try await Program.run(
            "label", dataset.path + "/", "--pipeline", "imagenet-fast", "--quiet", in: folder.path)

        #expect(outcome.status == 0)
        #expect(outcome.out.isEmpty)
        #expect(outcome.err.isEmpty)
        #expect(
            FileManager.default.fileExists(atPath: folder.file("photos-labels/manifest.jsonl")))
    }

    @Test("prints the facts as JSON")
    func json() async throws {
        let dataset = try SampleDataset(0..<1)
        let outcome = try await Program.run(
            "label", dataset.path, "--pipeline", "imagenet-fast", "--json", in: folder.path)

        #expect(
            outcome.out
                == String(
                    decoding: try contents(folder.file("photos-labels/run.json")), as: UTF8.self))
    }

    @Test("computes nothing twice, and starts over when the files change")
    func again() async throws {
        let dataset = try SampleDataset(0..<9)
        let definition = try Networks.smallDefinition(in: folder)
        let output = folder.file("labels")
        let arguments = ["label", dataset.path, "--pipeline", definition, "--output", output]
        _ = try await Program.start(arguments).end()
        let first = try contents(output + "/manifest.jsonl")
        let facts = try contents(output + "/run.json")
        let job = try contents(output + "/results/shard-00001.safetensors")
        try FileManager.default.removeItem(atPath: output + "/manifest.jsonl")
        let second = try await Program.start(arguments).end()

        #expect(second.status == 0)
        #expect(try contents(output + "/manifest.jsonl") == first)
        #expect(try contents(output + "/run.json") == facts)
        #expect(try contents(output + "/results/shard-00001.safetensors") == job)

        try FileManager.default.removeItem(atPath: dataset.path + "/" + SampleDataset.name(8))
        let third = try await Program.start(arguments).end()
        let rows = try ManifestRow.read(output + "/manifest.jsonl")

        #expect(third.status == 0)
        #expect(rows.count == 8)
        #expect(
            !FileManager.default.fileExists(atPath: output + "/results/shard-00001.safetensors"))
    }

    @Test("refuses a folder that holds the labels of another dataset")
    func otherDataset() async throws {
        let (one, other) = (try SampleDataset(0..<1), try SampleDataset(0..<1))
        let output = folder.file("labels")
        _ = try await Program.run(
            "label", one.path, "--pipeline", "imagenet-fast", "--output", output)
        let outcome = try await Program.run(
            "label", other.path, "--pipeline", "imagenet-fast", "--output", output)

        #expect(outcome.status == 65)
        #expect(outcome.err.contains("holds the labels of another dataset, '\(one.path)'"))
        #expect(outcome.err.contains("hint: choose another folder with --output"))
    }

    @Test("goes on where it was killed, and comes to the same manifest")
    func killed() async throws {
        let dataset = try SampleDataset(0..<160)
        let definition = try Networks.smallDefinition(in: folder)
        let whole = try await Program.run(
            "label", dataset.path, "--pipeline", definition, "--output", folder.file("whole"))
        let output = folder.file("labels")
        let arguments = ["label", dataset.path, "--pipeline", definition, "--output", output]
        let isUnderWay = try await kill(arguments, atResult: 3, in: output)
        let atDeath = resultCount(in: output + "/.pipeline")
        let resumed = try await Program.start(arguments).end()

        #expect(whole.status == 0)
        #expect(isUnderWay && atDeath < 20, "it was killed at \(atDeath) of 20 shards")
        #expect(resumed.status == 0, "\(resumed.err)")
        #expect(resumed.err.contains("resuming: "))
        #expect(
            try contents(output + "/manifest.jsonl")
                == contents(folder.file("whole/manifest.jsonl")))
    }

    @Test("ends where the machine contradicts itself, and labels everything at the next call")
    func brokenMachine() async throws {
        let dataset = try SampleDataset(0..<80)
        let definition = try Networks.smallDefinition(in: folder)
        let whole = try await Program.run(
            "label", dataset.path, "--pipeline", definition, "--output", folder.file("whole"))
        #expect(whole.status == 0)
        let output = folder.file("labels")
        let arguments = ["label", dataset.path, "--pipeline", definition, "--output", output]
        // A result that has arrived need not count yet, and then nothing is known of the canary.
        var results = 0
        repeat {
            results += 2
            _ = try await kill(arguments, atResult: results, in: output)
        } while try await !plantOtherWord(in: output + "/.pipeline/jobs.sqlite") && results < 8

        let broken = try await Program.start(arguments).end()
        #expect(broken.status == 70, "\(broken.err)")
        #expect(
            broken.err.contains("this machine does not compute the same all the time: with shard"))
        #expect(broken.err.contains("hint: have its memory and its processor tested"))
        let again = try await Program.start(arguments).end()
        #expect(again.status == 0, "\(again.err)")
        #expect(
            try contents(output + "/manifest.jsonl")
                == contents(folder.file("whole/manifest.jsonl")))
    }

    /// Runs the program, and kills it once it has left so many results; whether it has.
    private func kill(_ arguments: [String], atResult count: Int, in output: String) async throws
        -> Bool
    {
        let victim = try await Program.start(arguments)
        let isUnderWay = try await victim.wait { _ in
            resultCount(in: output + "/.pipeline") >= count
        }
        victim.send(SIGKILL)
        _ = try await victim.end()
        return isUnderWay
    }

    /// Makes the first word of this machine about the canary another one than it will find; whether
    /// it has said one.
    private func plantOtherWord(in path: String) async throws -> Bool {
        let moment = Tick(nanoseconds: 0)
        let store = try SQLiteJobStore(path: path, now: moment, term: .seconds(60))
        let run = try #require(await store.runs().first)
        guard var word = try await store.canaries(of: run.id).words.first else {
            try store.close()
            return false
        }
        try await store.quarantine(QuarantinedWorker(host: word.host, reason: "a new start"))
        try await store.releaseWorker(word.host)
        let lease = try #require(
            await store.lease(
                LeaseClaim(
                    worker: word.host + "-1-1", secret: "s", term: .seconds(60), now: moment)))
        word.logits.members[0].logits[0] += 100
        let result = ShardResult(
            sha256: SHA256Digest(of: Array("lie".utf8)), labelled: lease.shard.count, failed: 0)
        _ = try await store.complete(
            lease.ticket, with: result, agreeing: [:], Testimony(canary: word.logits))
        try store.close()
        return true
    }

    @Test("outlasts the lease of a process that was killed before it could begin the shard")
    func orphanedLease() async throws {
        let dataset = try SampleDataset(0..<160)
        let definition = try Networks.smallDefinition(in: folder)
        let output = folder.file("labels")
        let arguments = ["label", dataset.path, "--pipeline", definition, "--output", output]
        _ = try await kill(arguments, atResult: 1, in: output)
        let store = try SQLiteJobStore(
            path: output + "/.pipeline/jobs.sqlite", now: Tick(nanoseconds: 0), term: .seconds(60))
        let lease = try await store.lease(
            LeaseClaim(
                worker: "orphan", secret: "s", term: .seconds(60), now: Tick(nanoseconds: 0)))
        try store.close()
        let resumed = try await Program.start(arguments).end()

        #expect(lease != nil)
        #expect(resumed.status == 0, "\(resumed.err)")
        #expect(resumed.err.contains("waiting for a shard that an ended process was granted"))
        #expect(try ManifestRow.read(output + "/manifest.jsonl").count == 160)
    }

    @Test(
        "drains when it is asked to end, and says how to resume",
        arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func drained(signal: CInt, status: Int32) async throws {
        let dataset = try SampleDataset(0..<160)
        let definition = try Networks.smallDefinition(in: folder)
        let output = folder.file("labels")
        let arguments = ["label", dataset.path, "--pipeline", definition, "--output", output]
        let program = try await Program.start(arguments)
        _ = try await program.wait { _ in resultCount(in: output + "/.pipeline") >= 2 }
        program.send(signal)
        let outcome = try await program.end()
        let resumed = try await Program.start(arguments).end()

        #expect(outcome.status == status)
        #expect(outcome.err.contains("finishing what has begun"))
        #expect(outcome.err.contains("of 160 images are done; run the same command again"))
        #expect(resumed.status == 0)
        #expect(try ManifestRow.read(output + "/manifest.jsonl").count == 160)
    }

    @Test("leaves at once on the second Ctrl-C")
    func impatience() async throws {
        let dataset = try SampleDataset(0..<160)
        let definition = try Networks.smallDefinition(in: folder)
        let output = folder.file("labels")
        let program = try await Program.start(
            ["label", dataset.path, "--pipeline", definition, "--output", output])
        _ = try await program.wait { _ in resultCount(in: output + "/.pipeline") >= 1 }
        program.send(SIGINT)
        // Two signals of a kind that wait together are one.
        _ = try await program.wait { $0.err.contains("Ctrl-C again leaves at once") }
        program.send(SIGINT)
        let outcome = try await program.end()

        #expect(outcome.status == 130)
        #expect(!outcome.err.contains("images are done"), "what had begun is not finished first")
    }

    @Test("is refused while another process labels into the same folder")
    func inUse() async throws {
        let dataset = try SampleDataset(0..<160)
        let output = folder.file("labels")
        let first = try await Program.start(["label", dataset.path, "--output", output])
        _ = try await first.wait { _ in
            FileManager.default.fileExists(atPath: output + "/.pipeline/jobs.sqlite")
        }
        let second = try await Program.run("label", dataset.path, "--output", output)

        #expect(second.status == 73)
        #expect(second.err.contains("in use by process \(first.identifier)"))
    }
}
