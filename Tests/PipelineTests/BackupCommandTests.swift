import Foundation
import TestSupport
import Testing

/// A store copied beneath a coordinator that runs, and put back.
@Suite("A backup on the command line")
struct BackupCommandTests {
    let folder = TemporaryFolder()

    @Test("is made while the coordinator runs, and brings its runs back")
    func wayBack() async throws {
        let dataset = try SampleDataset(0..<3)
        let first = try await RunningCoordinator.start(over: folder.file("data"))
        let submitted = try await Program.run(
            "submit", dataset.path, environment: first.access(as: "submitter"))
        let run = submitted.out.trimmingCharacters(in: .newlines)
        let copy = folder.file("jobs-copy.sqlite")
        let made = try await Program.run(
            "backup", "--output", copy, environment: first.access(as: "admin"))
        #expect(made.status == 0, "\(made.err)")
        let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        let busy = try await Program.run("restore", copy, "--data", first.data, "--replace")
        #expect(busy.status == 73)
        #expect(busy.err.contains("in use by process \(first.program.identifier)"))
        let names = try FileManager.default.contentsOfDirectory(atPath: first.data)
        #expect(!names.contains { $0.contains("backup-") }, "the coordinator keeps no copy")
        first.program.send(SIGKILL)
        _ = try await first.program.end()

        let refused = try await Program.run("restore", copy, "--data", first.data)
        #expect(refused.status == 65)
        #expect(refused.err.contains("--replace"))

        // Without the objects the store is of no use, and says so.
        let elsewhere = folder.file("elsewhere")
        let lacking = try await Program.run("restore", copy, "--data", elsewhere)
        #expect(lacking.status == 65)
        #expect(lacking.err.contains("run '\(run)' lacks 1 file"))
        #expect(lacking.out.contains("restored 1 run"))
        try FileManager.default.removeItem(atPath: elsewhere + "/objects")
        try FileManager.default.copyItem(
            atPath: first.data + "/objects", toPath: elsewhere + "/objects")
        let restored = try await Program.run(
            "restore", copy, "--data", elsewhere, "--replace")
        #expect(restored.status == 0, "\(restored.err)")

        let second = try await RunningCoordinator.start(over: elsewhere)
        let status = try await Program.run("status", run, environment: second.access(as: "viewer"))
        #expect(status.out.contains("0 of 3 images done"), "\(status.err)")
    }

    @Test("needs an admin's token, and leaves no file without one")
    func role() async throws {
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        let copy = folder.file("copy")
        let outcome = try await Program.run(
            "backup", "--output", copy, environment: coordinator.access(as: "submitter"))
        #expect(outcome.status == 77)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["data"])
    }

    @Test("that is none is not put anywhere")
    func noBackup() async throws {
        try folder.write("text", to: "copy")
        let outcome = try await Program.run(
            "restore", folder.file("copy"), "--data", folder.file("data"))
        #expect(outcome.status == 65)
        let missing = try await Program.run(
            "restore", folder.file("nothing"), "--data", folder.file("data"))
        #expect(missing.status == 66)
        #expect(missing.err.contains("there is no file"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("data")))
    }
}
