import Foundation
import TestSupport
import Testing

/// Every command over TLS, both sides with certificates of the test's own authority.
@Suite("A coordinator with certificates")
struct SecuredCommandTests {
    let folder = TemporaryFolder()
    let certificates: Certificates

    init() throws {
        certificates = try Certificates()
        try certificates.make("coordinator")
        try certificates.make("host3")
    }

    @Test("serves those who trust it and whom it trusts, and tells the others why not")
    func mutual() async throws {
        let dataset = try SampleDataset(0..<2)
        let coordinator = try await RunningCoordinator.start(
            over: folder.file("data"),
            arguments: [
                "--tls-cert", certificates.certificate("coordinator"),
                "--tls-key", certificates.key("coordinator"),
                "--client-ca", certificates.authority,
            ])
        #expect(coordinator.url.hasPrefix("https://127.0.0.1:"))
        let access = coordinator.access(as: "submitter")
        let trust = [
            "PIPELINE_CA": certificates.authority,
            "PIPELINE_CLIENT_CERT": certificates.certificate("host3"),
            "PIPELINE_CLIENT_KEY": certificates.key("host3"),
        ]
        let submitted = try await Program.run(
            "submit", dataset.path, environment: access.merging(trust) { $1 })
        #expect(submitted.status == 0, "\(submitted.err)")
        let run = submitted.out.trimmingCharacters(in: .newlines)
        let status = try await Program.run(
            "status", run, "--ca", certificates.authority, "--client-cert",
            certificates.certificate("host3"), "--client-key", certificates.key("host3"),
            environment: access)
        #expect(status.out.contains("0 of 2 images done"), "\(status.err)")

        let stranger = try await Program.run("status", environment: access)
        let uncertified = try await Program.run(
            "status", "--ca", certificates.authority, environment: access)
        for outcome in [stranger, uncertified] {
            #expect(outcome.status == 77)
            #expect(outcome.err.contains("no trust between this program and the coordinator"))
            #expect(outcome.err.contains("hint: --ca names the authority"))
        }
        let missing = try await Program.run("status", "--ca", "nowhere", environment: access)
        #expect(missing.err.contains("'nowhere' cannot be read: No such file"))
    }

    @Test("does not start with files that are of no use")
    func badFiles() async throws {
        for (words, says) in [
            (["--tls-cert", "a.pem"], "--tls-cert and --tls-key go together"),
            (["--client-ca", "a.pem"], "--client-ca needs --tls-cert"),
            (
                ["--tls-cert", "nowhere.pem", "--tls-key", "nowhere.key"],
                "'nowhere.pem' cannot secure connections: No such file"
            ),
        ] {
            let program = try await Program.start(
                ["coordinator", "--data", folder.file("data"), "--port", "0"] + words)
            let outcome = try await program.end()
            #expect(outcome.status == (says.hasPrefix("'") ? 65 : 64))
            #expect(outcome.err.contains(says), "\(outcome.err)")
        }
    }

    @Test("is what a coordinator without them warns of where others can listen")
    func warning() async throws {
        let open = try await RunningCoordinator.start(
            over: folder.file("open"), arguments: ["--host", "0.0.0.0"])
        #expect(open.program.err.contains("warning: plain HTTP"))
        let local = try await RunningCoordinator.start(over: folder.file("local"))
        #expect(!local.program.err.contains("warning"))
    }
}
