import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A coordinator's process")
struct CoordinatorCommandTests {
    let folder = TemporaryFolder()

    @Test("puts a token a role into files that only their owner can read")
    func tokens() async throws {
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))

        var seen: Set<String> = []
        for role in ["worker", "submitter", "viewer", "admin"] {
            let path = "\(coordinator.data)/tokens/\(role)"
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(coordinator.program.out.contains(path))
            let token = try String(contentsOfFile: path, encoding: .utf8)
            #expect(token.hasPrefix("pl_\(role.prefix(1))_"))
            #expect(token.count == 70)
            seen.insert(token)
            // A token is shown nowhere but in its file.
            let words = token.trimmingCharacters(in: .newlines)
            #expect(!(coordinator.program.out + coordinator.program.err).contains(words))
        }
        #expect(seen.count == 4)
    }

    @Test("keeps its tokens and its runs when it starts again")
    func restart() async throws {
        let dataset = try SampleDataset(0..<3)
        let first = try await RunningCoordinator.start(over: folder.file("data"))
        let token = try contents("\(first.data)/tokens/worker")
        let submitted = try await Program.run(
            "submit", dataset.path, environment: first.access(as: "submitter"))
        let run = submitted.out.trimmingCharacters(in: .newlines)
        first.program.send(SIGKILL)
        _ = try await first.program.end()
        let second = try await RunningCoordinator.start(over: folder.file("data"))
        let status = try await Program.run("status", run, environment: second.access(as: "viewer"))

        #expect(submitted.status == 0)
        #expect(try contents("\(second.data)/tokens/worker") == token)
        #expect(status.status == 0)
        #expect(status.out.contains("0 of 3 images done"))
    }

    @Test("gives the same run to the same dataset, however often it is submitted")
    func resubmission() async throws {
        let dataset = try SampleDataset(0..<3)
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        let access = coordinator.access(as: "submitter")
        let first = try await Program.run("submit", dataset.path, environment: access)
        let second = try await Program.run("submit", dataset.path + "/.", environment: access)
        try dataset.write(SamplePhoto(index: 3).png, to: "new.png")
        let third = try await Program.run("submit", dataset.path, environment: access)
        let list = try await Program.run("status", "--json", environment: access)

        #expect(first.out == second.out)
        #expect(first.out != third.out)
        #expect(first.out.count == 14)
        #expect(list.out.contains(first.out.trimmingCharacters(in: .newlines)))
    }

    @Test("is refused where another one has the data, and says which process that is")
    func secondOnTheSameData() async throws {
        let first = try await RunningCoordinator.start(over: folder.file("data"))
        let second = try await Program.run(
            "coordinator", "--data", first.data, "--port", "0")

        #expect(second.status == 73)
        #expect(second.err.contains("in use by process \(first.program.identifier)"))
    }

    @Test("is refused where the port is taken")
    func portTaken() async throws {
        let first = try await RunningCoordinator.start(over: folder.file("one"))
        let second = try await Program.run(
            "coordinator", "--data", folder.file("two"), "--port", "\(first.port)")

        #expect(second.status == 69)
        #expect(second.err.contains("port \(first.port) of '127.0.0.1' is taken"))
        #expect(second.err.contains("hint: for example --port 0"))
    }

    @Test("drains on SIGTERM and ends with 0")
    func drain() async throws {
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        coordinator.program.send(SIGTERM)

        #expect(try await coordinator.program.end().status == 0)
    }

    @Test("ends with 130 on Ctrl-C")
    func interrupt() async throws {
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        coordinator.program.send(SIGINT)

        #expect(try await coordinator.program.end().status == 130)
    }

    @Test("without tokens serves this machine")
    func withoutTokens() async throws {
        let coordinator = try await RunningCoordinator.start(
            over: folder.file("data"), arguments: ["--insecure-no-auth"])
        let status = try await Program.run("status", "--coordinator", coordinator.url)

        #expect(status.status == 0)
        #expect(status.out.contains("no runs yet"))
        #expect(!FileManager.default.fileExists(atPath: "\(coordinator.data)/tokens/worker"))
    }
}
