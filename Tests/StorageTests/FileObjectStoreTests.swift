import Foundation
import PipelineCore
import TestSupport
import Testing

@testable import Storage

@Suite("A store of objects")
struct FileObjectStoreTests {
    let folder = TemporaryFolder()
    let run = Run.sample("r1").id
    let bytes = Array("eight images and what they show".utf8)

    var key: ObjectKey { .result(run, shard: 3, epoch: 2, sha256: SHA256Digest(of: bytes)) }

    func open() throws -> FileObjectStore { try FileObjectStore(folder: folder.file("objects")) }

    /// Bytes in pieces of `size`, as they come from a network.
    func pieces(_ bytes: [UInt8], of size: Int = 7, then error: (any Error)? = nil)
        -> AsyncThrowingStream<[UInt8], any Error>
    {
        AsyncThrowingStream { stream in
            for start in stride(from: 0, to: bytes.count, by: size) {
                stream.yield(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            stream.finish(throwing: error)
        }
    }

    /// Everything that is in the store, as paths beneath it.
    func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.file("objects"))
            .filter { !FileManager.default.isFolder(folder.file("objects/" + $0)) }
    }

    @Test("gives back what it received", arguments: [1, 7, 31, 4096])
    func roundTrip(size: Int) async throws {
        let store = try open()
        for key in [key, .manifest(run)] {
            let stored = try await store.put(
                key, from: pieces(bytes, of: size), sha256: nil, limit: bytes.count)
            #expect(stored == StoredObject(sha256: SHA256Digest(of: bytes), size: bytes.count))
            let path = try store.path(of: key)
            #expect(FileManager.default.contents(atPath: path) == Data(bytes))
        }
        #expect(try files().count == 2)
    }

    @Test("takes an object without bytes")
    func empty() async throws {
        let stored = try await open().put(.manifest(run), from: pieces([]), sha256: nil, limit: 0)
        #expect(stored.size == 0)
        #expect(stored.sha256 == SHA256Digest(of: [UInt8]()))
    }

    @Test("replaces an object by the same bytes")
    func replacement() async throws {
        let store = try open()
        let sha256 = SHA256Digest(of: bytes)
        for _ in 1...3 {
            _ = try await store.put(key, from: pieces(bytes), sha256: sha256, limit: 100)
        }
        #expect(try files() == [key.path])
        #expect(FileManager.default.contents(atPath: try store.path(of: key)) == Data(bytes))
    }

    struct Hangup: Error {}

    @Test("keeps nothing of what came damaged, cut or too large")
    func refusals() async throws {
        let store = try open()
        let sha256 = SHA256Digest(of: bytes)
        let short = Array(bytes.dropLast())

        let mismatch = ObjectError.mismatch(
            key: key.path, expected: sha256, found: SHA256Digest(of: short))
        await #expect(throws: mismatch) {
            try await store.put(key, from: pieces(short), sha256: sha256, limit: 100)
        }
        await #expect(throws: ObjectError.tooLarge(key: key.path, limit: 30)) {
            try await store.put(key, from: pieces(bytes), sha256: sha256, limit: 30)
        }
        await #expect(throws: Hangup.self) {
            try await store.put(
                key, from: pieces(short, then: Hangup()), sha256: nil, limit: 100)
        }
        #expect(try files() == [])
        #expect(throws: ObjectError.missing(key.path)) { try store.path(of: key) }
    }

    @Test("keeps the object it has when its replacement comes damaged")
    func damagedReplacement() async throws {
        let store = try open()
        let sha256 = SHA256Digest(of: bytes)
        _ = try await store.put(key, from: pieces(bytes), sha256: sha256, limit: 100)
        await #expect(throws: ObjectError.self) {
            try await store.put(key, from: pieces([1, 2, 3]), sha256: sha256, limit: 100)
        }
        #expect(FileManager.default.contents(atPath: try store.path(of: key)) == Data(bytes))
    }

    @Test("sweeps away what an earlier process left half-written")
    func sweep() async throws {
        let store = try open()
        _ = try await store.put(key, from: pieces(bytes), sha256: nil, limit: 100)
        try folder.write("half", to: "objects/tmp/left")
        #expect(try files().count == 2)
        #expect(try open().path(of: key) == store.path(of: key))
        #expect(try files() == [key.path])
    }

    @Test("lists a run's results, and removes those that it is told to")
    func orphans() async throws {
        let store = try open()
        var keys: [ObjectKey] = []
        for (shard, epoch) in [(0, 1), (0, 2), (1, 1), (12, 3)] {
            let bytes = [UInt8(shard), UInt8(epoch)]
            let key = ObjectKey.result(
                run, shard: shard, epoch: epoch, sha256: SHA256Digest(of: bytes))
            _ = try await store.put(key, from: pieces(bytes), sha256: nil, limit: 2)
            keys.append(key)
        }
        for stranger in ["notes.txt", "1-1-abc.safetensors", "01-1-\(SHA256Digest(of: [0])).x"] {
            try folder.write("", to: "objects/runs/r1/results/" + stranger)
        }

        #expect(try Set(store.results(of: run)) == Set(keys))
        for key in keys[..<3] + keys[..<1] { try store.remove(key) }
        #expect(try store.results(of: run) == [keys[3]])
        #expect(try store.results(of: Run.sample("r2").id) == [])
        #expect(try files().contains("runs/r1/results/notes.txt"))
    }

    @Test("tells which folder it cannot use")
    func unusableFolder() throws {
        try folder.write("", to: "objects")
        let error = #expect(throws: ObjectError.self) { try open() }
        #expect("\(String(describing: error))".contains("objects/tmp': Not a directory"))
    }

    @Test("tells a full disk from a failing one")
    func fullDisk() {
        #expect(ObjectError(ENOSPC, "/data") == .noSpace("/data"))
        #expect(ObjectError(EDQUOT, "/data") == .noSpace("/data"))
        #expect(ObjectError(EIO, "/data") == .failed("'/data': Input/output error"))
    }
}

extension FileManager {
    fileprivate func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
