import Foundation
import TestSupport
import Testing

/// Each role's token, and what it opens.
@Suite("A token on the command line's side")
struct AccessTests {
    let folder = TemporaryFolder()

    @Test("opens what its role allows and nothing else")
    func roles() async throws {
        let dataset = try SampleDataset(0..<2)
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        let run = try await Program.run(
            "submit", dataset.path, environment: coordinator.access(as: "submitter"))
        let id = run.out.trimmingCharacters(in: .newlines)

        for (role, arguments, status) in [
            ("viewer", ["status"], 0), ("submitter", ["status", id], 0),
            ("worker", ["status"], 77), ("viewer", ["submit", dataset.path], 77),
            ("worker", ["submit", dataset.path], 77), ("viewer", ["export", id], 75),
            ("worker", ["export", id], 77), ("submitter", ["worker"], 77),
            ("viewer", ["worker"], 77),
        ] as [(String, [String], Int32)] {
            let program = try await Program.start(
                arguments, environment: coordinator.access(as: role))
            let outcome = try await program.end()
            #expect(outcome.status == status, "\(role): \(arguments): \(outcome.err)")
            if status == 77 { #expect(outcome.err.contains("does not allow this")) }
        }
    }

    @Test("is asked for, and refused when nobody knows it")
    func unknown() async throws {
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        var access = coordinator.access(as: "viewer")
        access["PIPELINE_TOKEN_FILE"] = nil
        let none = try await Program.run("status", environment: access)
        access["PIPELINE_TOKEN"] = "pl_v_" + String(repeating: "0", count: 64)
        let wrong = try await Program.run("status", environment: access)

        for outcome in [none, wrong] {
            #expect(outcome.status == 77)
            #expect(outcome.err.contains("does not know this token"))
            #expect(outcome.err.contains("hint: name the token's file with --token-file"))
        }
    }

    @Test("comes from the option before the variables")
    func precedence() async throws {
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        var access = coordinator.access(as: "worker")
        access["PIPELINE_TOKEN"] = "wrong"
        let outcome = try await Program.run(
            "status", "--token-file", "\(coordinator.data)/tokens/viewer", environment: access)

        #expect(outcome.status == 0, "\(outcome.err)")
    }

    @Test("for a run that does not exist leads to a clear answer")
    func unknownRun() async throws {
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        let access = coordinator.access(as: "viewer")
        for command in ["status", "export", "report"] {
            let outcome = try await Program.run(command, "r234", environment: access)
            #expect(outcome.status == 66)
            #expect(outcome.err.contains("there is no run 'r234'"))
        }
    }
}
