import Foundation
import TestSupport
import Testing

@testable import pipeline

/// An admin's commands, against a coordinator in a process of its own.
@Suite("Tokens on the command line")
struct TokenCommandTests {
    let folder = TemporaryFolder()

    @Test("are made into a file of their owner's, used, listed and revoked")
    func life() async throws {
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        let admin = coordinator.access(as: "admin")
        let file = folder.file("host3.token")
        let made = try await Program.run(
            "token", "create", "host3", "--role", "viewer", "--expires", "90d", "--output", file,
            environment: admin)
        #expect(made.status == 0, "\(made.err)")
        #expect(made.out + made.err == "", "a token in a file is shown nowhere else")
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        let token = try String(contentsOfFile: file, encoding: .utf8)
            .trimmingCharacters(in: .newlines)

        var access = admin
        access["PIPELINE_TOKEN_FILE"] = file
        #expect(try await Program.run("status", environment: access).status == 0)
        #expect(try await Program.run("token", "list", environment: access).status == 77)

        let list = try await Program.run("token", environment: admin)
        let line = try #require(list.out.split(separator: "\n").first { $0.hasPrefix("host3") })
        #expect(line.contains("viewer") && line.contains("valid"))
        #expect(list.out.split(separator: "\n").count { $0.hasPrefix("default") } == 4)
        #expect(!list.out.contains(token))

        let again = try await Program.run(
            "token", "create", "host3", "--role", "viewer", environment: admin)
        #expect(again.status == 75)
        #expect(again.err.contains("revoke it first"))

        let revoked = try await Program.run("token", "revoke", "host3", environment: admin)
        #expect(revoked.out.contains("revoked"))
        let after = try await Program.run("status", environment: access)
        #expect(after.status == 77)
        #expect(after.err.contains("token 'host3' has been revoked"))
        let unknown = try await Program.run("token", "revoke", "nobody", environment: admin)
        #expect(unknown.status == 66)
        #expect(unknown.err.contains("pipeline token list"))

        for text in [coordinator.program.out, coordinator.program.err, after.err, list.err] {
            #expect(!text.contains(token))
        }
        let stored = ["jobs.sqlite", "jobs.sqlite-wal"].compactMap {
            FileManager.default.contents(atPath: "\(coordinator.data)/\($0)")
        }
        #expect(!stored.isEmpty)
        for file in stored { #expect(file.range(of: Data(token.utf8)) == nil) }
    }

    @Test("go to standard output, and nothing but the token does")
    func output() async throws {
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        let admin = coordinator.access(as: "admin")
        let made = try await Program.run(
            "token", "create", "ada", "--role", "submitter", environment: admin)
        #expect(made.out.wholeMatch(of: /pl_s_[0-9a-f]{64}\n/) != nil)
        var access = admin
        access["PIPELINE_TOKEN_FILE"] = nil
        access["PIPELINE_TOKEN"] = made.out.trimmingCharacters(in: .newlines)
        #expect(try await Program.run("status", environment: access).status == 0)
    }

    @Test("leave no file behind when the coordinator does not take them")
    func refusal() async throws {
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        let file = folder.file("x.token")
        let made = try await Program.run(
            "token", "create", "x", "--role", "worker", "--output", file,
            environment: coordinator.access(as: "submitter"))
        #expect(made.status == 77)
        #expect(!FileManager.default.fileExists(atPath: file))
        try folder.write("mine", to: "x.token")
        let existing = try await Program.run(
            "token", "create", "x", "--role", "worker", "--output", file,
            environment: coordinator.access(as: "admin"))
        #expect(existing.status == 74)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
    }

    @Test("of the coordinator's folder are made anew after they were revoked")
    func renewal() async throws {
        let first = try await RunningCoordinator.start(over: folder.file("data"))
        let path = "\(first.data)/tokens/admin"
        let before = try String(contentsOfFile: path, encoding: .utf8)
        let revoked = try await Program.run(
            "token", "revoke", "default", environment: first.access(as: "admin"))
        #expect(revoked.status == 0)
        first.program.send(SIGKILL)
        _ = try await first.program.end()
        let second = try await RunningCoordinator.start(over: folder.file("data"))
        #expect(try String(contentsOfFile: path, encoding: .utf8) != before)
        let list = try await Program.run("token", environment: second.access(as: "admin"))
        #expect(list.status == 0, "\(list.err)")
    }

    @Test(
        "count for as long as is asked",
        arguments: [
            ("90d", 90 * 86400), ("12h", 43200), ("1y", 365 * 86400), ("5m", 300),
            ("2w", 1_209_600),
            ("1s", 1), ("0d", nil), ("-1d", nil), ("d", nil), ("", nil), ("5", nil), ("101y", nil),
            ("99999999999999999999d", nil), ("9999999999y", nil), ("1.5d", nil), ("1 d", nil),
        ] as [(String, Int?)])
    func lifetime(_ text: String, _ seconds: Int?) {
        #expect(Lifetime(argument: text)?.seconds == seconds)
    }
}
