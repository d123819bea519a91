import Foundation
import TestSupport
import Testing

/// What `deploy/` installs, and what the service manager thinks of it.
@Suite("A deployment")
struct DeployTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../..").standardizedFileURL.path
    static let hasAnalyser = {
        let isThere = (try? Command.run("sh", "-c", "command -v systemd-analyze"))?.status == 0
        if !isThere { print("skipped: there is no systemd-analyze") }
        return isThere
    }()

    let folder = TemporaryFolder()

    func install(_ role: String) throws -> Command.Outcome {
        try Command.run(
            "env", "DESTDIR=\(folder.path)", "PROGRAM=\(Program.path)",
            Self.root + "/deploy/install.sh", role)
    }

    @Test(
        "puts every file in its place, and keeps settings that are there",
        arguments: [
            ("coordinator", ["pipeline-coordinator.service", "pipeline-backup.timer"]),
            ("worker", ["pipeline-worker@.service"]),
        ])
    func files(_ role: String, _ units: [String]) throws {
        let first = try install(role)
        #expect(first.status == 0)
        #expect(first.out.contains("systemctl enable --now pipeline-\(role)"))
        for unit in units {
            #expect(
                FileManager.default.contentsEqual(
                    atPath: Self.root + "/deploy/" + unit,
                    andPath: folder.file("etc/systemd/system/" + unit)))
        }
        #expect(
            FileManager.default.isExecutableFile(atPath: folder.file("usr/local/bin/pipeline")))
        let settings = "etc/pipeline/\(role).env"
        try folder.write("mine", to: settings)
        let second = try install(role)
        #expect(second.status == 0)
        #expect(second.out.contains("kept /\(settings)"))
        #expect(try String(contentsOfFile: folder.file(settings), encoding: .utf8) == "mine")
    }

    @Test("is refused for a role that is none")
    func wrongUse() throws {
        #expect(try install("database").status == 64)
    }

    static let services = [
        "pipeline-coordinator.service", "pipeline-worker@.service", "pipeline-backup.service",
    ]

    @Test("leaves services little to touch", .enabled(if: hasAnalyser), arguments: services)
    func exposure(_ unit: String) throws {
        // In tenths: an exposure of 1.5 is "OK", the worst is 10.
        let outcome = try Command.run(
            "systemd-analyze", "security", "--offline=true", "--threshold=15",
            Self.root + "/deploy/" + unit)
        #expect(outcome.status == 0, "\(outcome.out.suffix(200))")
    }

    @Test(
        "is understood by the service manager", .enabled(if: hasAnalyser),
        arguments: services + ["pipeline-backup.timer"])
    func understanding(_ unit: String) throws {
        // The manager looks whether the program is there, which it is once it is installed.
        for name in Self.services + ["pipeline-backup.timer"] {
            let text = try String(contentsOfFile: Self.root + "/deploy/" + name, encoding: .utf8)
            try folder.write(
                text.replacing("/usr/local/bin/pipeline", with: Program.path), to: name)
        }
        // Told so, it fails for a line that it would otherwise overlook, such as an unknown key.
        let outcome = try Command.run(
            "systemd-analyze", "verify", "--man=no", "--recursive-errors=no", folder.file(unit))
        #expect(outcome.status == 0)
    }

    @Test("runs every program with options that it has")
    func options() throws {
        for unit in Self.services {
            let text = try String(contentsOfFile: Self.root + "/deploy/" + unit, encoding: .utf8)
            let start = try #require(text.firstMatch(of: /ExecStart=\S+ (\w+) (.*)/))
            let help = HelpScreen.folder.appending(path: "pipeline-\(start.1).txt")
            let screen = try String(contentsOf: help, encoding: .utf8)
            for option in start.2.split(separator: " ") where option.hasPrefix("--") {
                #expect(screen.contains(option), "\(unit): \(option)")
            }
            #expect(text.contains("SWIFT_BACKTRACE=enable=no") || start.1 == "backup")
        }
    }
}
