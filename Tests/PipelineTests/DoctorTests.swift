import Foundation
import Labelling
import PipelineCore
import TestSupport
import Testing

@testable import pipeline

@Suite("The doctor")
struct DoctorTests {
    let folder = TemporaryFolder()

    struct Report: Decodable {
        struct Check: Decodable {
            let name: String
            let state: String
            let finding: String
            let advice: String?
        }
        let checks: [Check]
        let healthy: Bool

        subscript(_ name: String) -> Check? { checks.first { $0.name == name } }
    }

    func examine(
        _ arguments: String..., environment: [String: String] = [:]
    ) async throws -> (Report, Int32) {
        let program = try await Program.start(
            ["doctor", "--json"] + arguments, environment: environment)
        let outcome = try await program.end()
        return (
            try JSONDecoder().decode(Report.self, from: Data(outcome.out.utf8)), outcome.status
        )
    }

    @Test("finds a host and its coordinator in order")
    func healthy() async throws {
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        let (report, status) = try await examine(
            "--data", coordinator.data, environment: coordinator.access(as: "worker"))
        for name in [
            "program", "clock", "coordinator", "token", "versions", "clocks", "job store",
            "secrets", "state", "weights",
        ] {
            #expect(report[name]?.state == "ok", "\(name): \(report[name]?.finding ?? "missing")")
        }
        #expect(report["token"]?.finding == "'default' has the role worker")
        #expect(report.healthy == (status == 0))
    }

    @Test("says what to do about a coordinator that is not there, or does not know the token")
    func coordinator() async throws {
        let (away, status) = try await examine("--coordinator", "http://127.0.0.1:9")
        #expect(status == 5)
        #expect(!away.healthy)
        #expect(away["coordinator"]?.state == "failed")
        #expect(away["coordinator"]?.finding.contains("cannot reach") == true)
        #expect(away["coordinator"]?.advice != nil)

        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        let (unknown, _) = try await examine(
            environment: ["PIPELINE_COORDINATOR": coordinator.url, "PIPELINE_TOKEN": "pl_w_0"])
        #expect(unknown["coordinator"]?.state == "ok")
        #expect(unknown["token"]?.state == "failed")
    }

    @Test("finds a damaged job store, and secrets that others can read")
    func data() async throws {
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        coordinator.program.send(SIGTERM)
        _ = try await coordinator.program.end()
        let store = coordinator.data + "/jobs.sqlite"
        let file = try FileHandle(forWritingTo: URL(filePath: store))
        try file.truncate(atOffset: file.seekToEnd() / 2)
        try file.close()
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: coordinator.data + "/tokens/admin")
        let (report, status) = try await examine("--data", coordinator.data)
        #expect(status == 5)
        #expect(report["job store"]?.state == "failed")
        #expect(report["job store"]?.advice?.contains("pipeline restore") == true)
        #expect(report["secrets"]?.state == "failed")
        #expect(report["secrets"]?.advice?.contains("chmod 600") == true)
        #expect(report["coordinator"]?.state == "skipped")
    }

    @Test("speaks to people in lines of text, what to do beneath each")
    func text() {
        let diagnosis = Diagnosis(checks: [
            Finding("clock", .ok, "right"), Finding("data", .failed, "full", advice: "free some"),
        ])
        #expect(
            diagnosis.text == """
                ok       clock        right
                failed   data         full
                                      → free some
                """)
        #expect(!diagnosis.isHealthy)
    }

    static let now = 1_800_000_000

    @Test("tells clocks, tokens and versions that are off from those that are not")
    func judgement() {
        typealias Examination = CoordinatorExamination
        #expect(HostExamination.wallClock(0).state == .failed)
        #expect(HostExamination.wallClock(Self.now).state == .ok)
        #expect(HostExamination.memory(availableMiB: 100).state == .warning)
        #expect(HostExamination.memory(availableMiB: 4000).state == .ok)
        #expect(HostExamination.memory(availableMiB: nil).state == .skipped)
        #expect(Examination.versions(theirs: "1", ours: "2").state == .warning)
        #expect(Examination.versions(theirs: "1", ours: "1").state == .ok)
        for (off, state) in [
            (0.3, .ok), (-20, .warning), (400, .failed), (-1e9, .failed), (1e300, .failed),
        ]
            as [(Double, Finding.State)]
        {
            #expect(Examination.clocks(theirs: 1e9 + off, ours: 1e9).state == state)
        }
        for (left, state) in [(nil, .ok), (30 * 86400, .ok), (86400, .warning)]
            as [(Int?, Finding.State)]
        {
            let record = TokenRecord(
                digest: SHA256Digest(of: []), role: .worker, name: "a",
                expires: left.map { Self.now + $0 })
            let token = TokenStatus(record, at: Self.now)
            #expect(Examination.token(token, at: Self.now).state == state)
        }
        let record = TokenRecord(digest: SHA256Digest(of: []), role: .worker, name: "a")
        for expires in [Int.min, .max] {
            var token = TokenStatus(record, at: Self.now)
            token.expires = expires
            let isOver = expires < Self.now
            #expect(
                Examination.token(token, at: Self.now).state == (isOver ? .warning : .ok))
        }
        #expect(Examination.token(nil, at: Self.now).state == .warning)
    }

    @Test("sees a disk that is full, missing or closed to this user")
    func room() throws {
        let plenty = Room.finding("x", in: folder.path, least: .mebibytes(0), fair: .mebibytes(0))
        #expect(plenty.state == .ok)
        let petabyte = Bytes.gibibytes(1 << 20)
        let little = Room.finding("x", in: folder.path, least: .mebibytes(0), fair: petabyte)
        #expect(little.state == .warning)
        let none = Room.finding("x", in: folder.path, least: petabyte, fair: petabyte)
        #expect(none.state == .failed)
        // Whoever runs the tests may be root, for whom no folder is closed; a file is none.
        try Data().write(to: URL(filePath: folder.file("plain")))
        let closed = Room.finding(
            "x", in: folder.file("plain/b"), least: .mebibytes(0), fair: .mebibytes(0))
        #expect(closed.state == .failed)
        let later = Room.finding(
            "x", in: folder.file("to/be/made"), least: .mebibytes(0), fair: .mebibytes(0))
        #expect(later.state == .ok)
    }
}
