import Coordination
import Foundation
import PipelineCore
import TestSupport
import Testing
import Transport

@testable import Labelling

/// A real coordinator and a real client over TLS, with certificates of the test's own.
@Suite("A secured connection")
struct TransportSecurityTests {
    let certificates: Certificates

    init() throws {
        certificates = try Certificates()
        try certificates.make("coordinator")
    }

    func security(_ name: String = "coordinator", for clients: String? = nil) -> TransportSecurity {
        TransportSecurity(
            certificate: certificates.certificate(name), key: certificates.key(name),
            clientAuthority: clients)
    }

    func mistrust(_ client: CoordinatorClient) async -> String? {
        let error = await #expect(throws: ClientError.self) { try await client.introduction() }
        guard case .untrusted(_, let detail) = error else {
            Issue.record("\(String(describing: error))")
            return nil
        }
        return detail
    }

    @Test("carries requests and large bodies, to those who trust the coordinator's authority")
    func trusted() async throws {
        try await Workshop.open(security: security()) { shop in
            #expect(shop.url.hasPrefix("https://127.0.0.1:"))
            let trust = ClientTrust(authority: certificates.authority)
            let worker = try shop.client(.worker, trust: trust)
            #expect(try await worker.introduction().token?.role == .worker)
            #expect(try await worker.lease(LeaseRequest(worker: "ada", version: "1")) == nil)
            let photo = [UInt8](repeating: 7, count: 3 << 20)
            let error = await #expect(throws: ClientError.self) {
                let submitter = try shop.client(.submitter, trust: trust)
                try shop.write(photo, to: "manifest")
                _ = try await submitter.sendManifest(
                    of: #require(RunID("rnobody")), from: shop.folder.file("dataset/manifest"))
            }
            #expect(error?.hasCode("unknown-run") == true)
        }
    }

    @Test("is not made by a client that does not know the authority")
    func stranger() async throws {
        let others = try Certificates()
        try await Workshop.open(security: security()) { shop in
            for trust in [ClientTrust(), ClientTrust(authority: others.authority)] {
                let detail = try await mistrust(shop.client(.worker, trust: trust))
                #expect(detail?.contains("certificate") == true, "\(detail ?? "")")
            }
        }
    }

    @Test("is not made to a coordinator of another name")
    func wrongName() async throws {
        try certificates.make("elsewhere", names: "DNS:elsewhere.example")
        try await Workshop.open(security: security("elsewhere")) { shop in
            let trust = ClientTrust(authority: certificates.authority)
            let client = try shop.client(.worker, trust: trust)
            #expect(await mistrust(client) != nil)
        }
    }

    @Test("with clients' certificates is made by those of the right authority alone")
    func mutual() async throws {
        let others = try Certificates()
        try certificates.make("worker")
        try certificates.make("late", days: 0)
        try others.make("worker")
        let security = security(for: certificates.authority)
        try await Workshop.open(security: security) { shop in
            func trust(_ issuer: Certificates, _ name: String) -> ClientTrust {
                ClientTrust(
                    authority: certificates.authority, certificate: issuer.certificate(name),
                    key: issuer.key(name))
            }
            let friend = try shop.client(.worker, trust: trust(certificates, "worker"))
            #expect(try await friend.introduction().token?.role == .worker)
            for bad in [
                ClientTrust(authority: certificates.authority), trust(others, "worker"),
                trust(certificates, "late"),
            ] {
                let detail = try await mistrust(shop.client(.admin, trust: bad))
                #expect(detail?.contains("refused this program's certificate") == true)
            }
            // A certificate opens the connection, and no route.
            let nobody = CoordinatorClient(
                try CoordinatorURL(shop.url), token: BearerToken(text: "x"),
                trust: trust(certificates, "worker"))
            await #expect(throws: ClientError.unauthorised(url: shop.url)) {
                try await nobody.introduction()
            }
        }
    }

    @Test("refuses those who speak plain HTTP")
    func plain() async throws {
        try await Workshop.open(security: security()) { shop in
            let plain = shop.url.replacing("https:", with: "http:")
            await #expect(throws: ClientError.self) {
                try await shop.client(.worker, at: plain).introduction()
            }
        }
    }

    @Test("shows a renewed certificate without a restart, and the old one while the new is bad")
    func renewal() async throws {
        try certificates.make("first")
        try await Workshop.open(security: security("first")) { shop in
            let old = ClientTrust(authority: certificates.authority)
            #expect(try await shop.client(.worker, trust: old).introduction().token != nil)

            try Data("no certificate".utf8).write(
                to: URL(filePath: certificates.certificate("first")))
            #expect(try await shop.client(.worker, trust: old).introduction().token != nil)

            let others = try Certificates()
            try others.make("second")
            for (new, place) in [
                (others.key("second"), certificates.key("first")),
                (others.certificate("second"), certificates.certificate("first")),
            ] {
                try FileManager.default.removeItem(atPath: place)
                try FileManager.default.copyItem(atPath: new, toPath: place)
            }
            let renewed = ClientTrust(authority: others.authority)
            #expect(try await shop.client(.worker, trust: renewed).introduction().token != nil)
            let late = try shop.client(.worker, trust: old)
            #expect(await mistrust(late) != nil)
        }
    }

    @Test("cannot be had with files that are of no use")
    func badFiles() async throws {
        try certificates.make("other")
        try certificates.make("over", days: 0)
        try certificates.make("open")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: certificates.key("open"))
        let right = certificates.certificate("coordinator")
        let cases: [(TransportSecurity, String)] = [
            (TransportSecurity(certificate: "/nowhere", key: "/nowhere"), "No such file"),
            (TransportSecurity(certificate: right, key: "/nowhere"), "No such file"),
            (TransportSecurity(certificate: right, key: right), "no private key"),
            (
                TransportSecurity(certificate: right, key: certificates.key("other")),
                "not the key of"
            ),
            (security("over"), "its time is over"),
            (security("open"), "chmod o-rwx"),
            (security(for: certificates.key("coordinator")), "no certificate"),
        ]
        for (security, words) in cases {
            let error = await #expect(throws: CoordinatorError.self) {
                try await Workshop.open(security: security) { _ in }
            }
            guard case .badCertificate(_, let detail) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(detail.contains(words), "\(detail)")
        }
    }
}
