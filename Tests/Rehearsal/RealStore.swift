package import Buckets
import Foundation
import PipelineCore
import TestSupport
package import Transport

/// An object store of somebody else's that checks signatures, for as long as it is held on to.
package final class RealStore: Sendable {
    /// Whose it is.
    package enum Kind: String, CaseIterable, Sendable {
        /// SeaweedFS, all of it in one process.
        case seaweedfs = "weed"
        /// rclone over a folder.
        case rclone

        /// Where its program is: as `scripts/object-stores.sh` leaves it, or on the path; nil where
        /// it is not.
        package var program: String? {
            let variables = ProcessInfo.processInfo.environment
            let folders =
                [FileManager.default.currentDirectoryPath + "/.build/object-stores"]
                + (variables["PATH"] ?? "").split(separator: ":").map(String.init)
            return folders.map { "\($0)/\(rawValue)" }.first { path in
                access(path, X_OK) == 0 && (self != .rclone || RealStore.servesBuckets(path))
            }
        }
    }

    /// What it takes requests under.
    package static let keys = AccessKeys(identifier: identifier, secret: secret)
    /// How a ``StubWorker`` is told the keys.
    package static let environment = [
        StubWorker.bucketKey: identifier, StubWorker.bucketSecret: secret,
    ]
    private static let (identifier, secret) = ("tester", "secret/+key")

    /// Those whose programs are here.
    package static let here: [Kind] = Kind.allCases.filter { kind in
        guard kind.program == nil else { return true }
        print("tests against \(kind) are skipped: scripts/object-stores.sh has not fetched it")
        return false
    }

    private let folder = TestSupport.TemporaryFolder()
    private let process: pid_t
    /// Where it is.
    package let store: StorePlace
    /// Its port on this machine.
    package let port: Int
    private let http = HTTPClient()

    /// Starts one with an empty bucket `photos`, waits until it answers, and ends it after `body`; tries
    /// again where another took one of its ports meanwhile.
    package static func with(_ kind: Kind, _ body: (RealStore) async throws -> Void) async throws {
        let store = try await start(kind)
        // The group: neither of the two needs to be asked twice, nor whoever watches its time.
        defer { kill(-store.process, SIGKILL) }
        try await body(store)
    }

    private static func start(_ kind: Kind) async throws -> RealStore {
        for _ in 0..<3 {
            let store = try RealStore(kind)
            let end = ContinuousClock.now + .seconds(90)
            while ContinuousClock.now < end, kill(store.process, 0) == 0 {
                if (try? await store.put("photos", nil, []))?.isSuccess == true { return store }
                try await Task.sleep(for: .milliseconds(100))
            }
            print(
                try String(contentsOfFile: store.folder.file("log"), encoding: .utf8).suffix(2000))
        }
        throw CocoaError(.featureUnsupported)
    }

    private init(_ kind: Kind) throws {
        // Below those that the system gives to whoever asks for any port: other tests do.
        let first = Int.random(in: 1100...3000) * 10
        let ports = Array(first..<(first + 8))
        let command = try Self.command(kind, in: folder, ports)
        let outcome = try Command.run(
            "sh", "-c",
            "(cd '\(folder.path)' && TMPDIR=. exec timeout -k 1 400 \(command)) >'\(folder.file("log"))' 2>&1 & echo $!"
        )
        guard
            let process = pid_t(outcome.out.trimmingCharacters(in: .whitespacesAndNewlines)),
            let store = StorePlace(endpoint: "http://127.0.0.1:\(ports[6])")
        else { throw CocoaError(.fileReadUnknown) }
        self.process = process
        self.store = store
        port = ports[6]
    }

    /// Puts an object, or with no key makes the bucket; asks again where the connection broke.
    @discardableResult
    package func put(
        _ bucket: String, _ key: [UInt8]?, _ bytes: [UInt8]
    ) async throws -> HTTPResponse {
        let path = [Array(bucket.utf8)] + (key.map { [$0] } ?? [])
        var request = HTTPRequest(
            .put, CanonicalURL.text(store.base, path: path), body: .bytes(bytes),
            deadline: .seconds(20))
        request.signer = RequestSigner(
            keys: Self.keys, region: store.region, service: "s3",
            content: SHA256Digest(of: bytes).hex)
        do throws(HTTPError) {
            return try await http.send(request)
        } catch {
            guard error.isTransient else { throw error }
        }
        return try await http.send(request)
    }

    private static func command(
        _ kind: Kind, in folder: TestSupport.TemporaryFolder, _ ports: [Int]
    ) throws -> String {
        let program = "'\(kind.program ?? kind.rawValue)'"
        switch kind {
        case .seaweedfs:
            try folder.write(
                #"{"identities":[{"name":"t","credentials":[{"accessKey":"tester","#
                    + #""secretKey":"secret/+key"}],"#
                    + #""actions":["Admin","Read","Write","List"]}]}"#,
                to: "s3.json")
            return [
                program, "server -dir='\(folder.path)' -ip=127.0.0.1 -ip.bind=127.0.0.1",
                "-filer -s3 -s3.config='\(folder.file("s3.json"))'",
                "-master.port=\(ports[0]) -master.port.grpc=\(ports[1])",
                "-volume.port=\(ports[2]) -volume.port.grpc=\(ports[3])",
                "-filer.port=\(ports[4]) -filer.port.grpc=\(ports[5])",
                "-s3.port=\(ports[6]) -s3.port.grpc=\(ports[7]) -master.volumeSizeLimitMB=64 -volume.max=100",
            ].joined(separator: " ")
        case .rclone:
            return [
                program, "serve s3 --config '' --auth-key 'tester,secret/+key'",
                "--addr 127.0.0.1:\(ports[6]) --vfs-cache-mode off '\(folder.path)'",
            ].joined(separator: " ")
        }
    }

    /// Whether that rclone can be an object store, which those of many distributions cannot.
    private static func servesBuckets(_ program: String) -> Bool {
        (try? Command.run(program, "serve", "s3", "--help"))?.out.contains("--auth-key") == true
    }
}
