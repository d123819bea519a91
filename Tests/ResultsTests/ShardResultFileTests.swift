import Checkpoints
import Foundation
import PipelineCore
import Results
import TestSupport
import Testing

@Suite("A shard's result file")
struct ShardResultFileTests {
    /// A sound file's parts, one of which a case below replaces.
    struct Parts {
        var metadata: [String: String]
        var tensors: [SafetensorsWriter.Entry]

        init() throws {
            let folder = TemporaryFolder()
            let file = try Checkpoint(path: folder.write(ShardFixture.outcome().encode()))
            metadata = file.metadata
            tensors = file.names.compactMap { name in
                file.tensors[name].map { tensor in
                    (
                        name: name, type: tensor.type, shape: tensor.shape,
                        bytes: tensor.withBytes { [UInt8]($0) }
                    )
                }
            }
        }

        func write(in folder: TemporaryFolder) throws -> String {
            try folder.write(SafetensorsWriter.encode(tensors, metadata: metadata))
        }
    }

    @Test("is sound before a case spoils it")
    func sound() throws {
        let folder = TemporaryFolder()
        #expect(try ShardResultFile(path: Parts().write(in: folder)).rows == 5)
    }

    @Test(
        "is refused with words that contradict it",
        arguments: [
            ("format", "another"), ("run", ""), ("run", "UPPER"), ("shard", "-1"), ("shard", "x"),
            ("first_row", ""), ("first_row", "-5"), ("rows", "4"), ("rows", "6"),
            ("rows", "9223372036854775807"), ("rows", "99999999999999999999"), ("members", "[]"),
            ("members", "{"), ("members", #"[{"name":"one"}]"#), ("failures", ""),
            ("failures", "{}"),
            ("failures", #"{"2":{"reason":"empty","detail":""}}"#),
            (
                "failures",
                #"{"2":{"reason":"empty","detail":""},"04":{"reason":"empty","detail":""}}"#
            ),
            (
                "failures",
                #"{"2":{"reason":"empty","detail":""},"3":{"reason":"empty","detail":""}}"#
            ),
            ("failures", #"{"2":{"reason":"","detail":""},"4":{"reason":"empty","detail":""}}"#),
            ("failures", #"{"2":{"reason":"a b","detail":""},"4":{"reason":"empty","detail":""}}"#),
        ])
    func words(_ key: String, _ value: String) throws {
        let folder = TemporaryFolder()
        var parts = try Parts()
        parts.metadata[key] = value
        let path = try parts.write(in: folder)

        let error = try #require(throws: ResultError.self) { try ShardResultFile(path: path) }
        guard case .corrupt(path, _) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(error.description.contains(path))

        parts.metadata[key] = nil
        let bare = try parts.write(in: folder)
        #expect(throws: ResultError.self) { try ShardResultFile(path: bare) }
    }

    @Test("is refused where its version is another")
    func version() throws {
        let folder = TemporaryFolder()
        var parts = try Parts()
        parts.metadata["version"] = "2"
        let path = try parts.write(in: folder)

        #expect(
            throws: ResultError.unsupported(
                path: path, detail: "its format is version '2', not 1")
        ) {
            try ShardResultFile(path: path)
        }
    }

    @Test(
        "is refused with tensors that contradict its words",
        arguments: [
            ("logits/one", ElementType.f32, [3, 5], 60), ("logits/one", .f32, [5, 2], 40),
            ("logits/one", .f32, [15], 60), ("logits/one", .i32, [5, 3], 60),
            ("logits/two", .f32, [4, 3], 48), ("status", .u8, [4], 4), ("status", .bool, [5], 5),
            ("status", .u8, [5, 1], 5), ("other", .u8, [5], 5),
        ])
    func tensors(_ name: String, _ type: ElementType, _ shape: [Int], _ count: Int) throws {
        let folder = TemporaryFolder()
        var parts = try Parts()
        let place = parts.tensors.firstIndex { $0.name == name } ?? 2
        parts.tensors[place] = (name, type, shape, [UInt8](repeating: 0, count: count))
        let path = try parts.write(in: folder)

        #expect(throws: ResultError.self) { try ShardResultFile(path: path) }
    }

    @Test("is refused where a status is none", arguments: [[0, 0, 2, 0, 1], [0, 1, 1, 0, 1]])
    func status(_ status: [UInt8]) throws {
        let folder = TemporaryFolder()
        var parts = try Parts()
        let place = try parts.tensors.firstIndex { $0.name == "status" }.orThrow()
        parts.tensors[place].bytes = status
        let path = try parts.write(in: folder)

        #expect(throws: ResultError.self) { try ShardResultFile(path: path) }
    }

    @Test("is refused when it is not the one that counts")
    func digest() throws {
        let folder = TemporaryFolder()
        var bytes = try ShardFixture.outcome().encode()
        let expected = SHA256Digest(of: bytes)
        bytes[bytes.count - 20] ^= 1
        let found = SHA256Digest(of: bytes)
        let path = try folder.write(bytes)

        let error = ResultError.mismatch(path: path, expected: expected, found: found)
        #expect(throws: error) { try ShardResultFile(path: path, sha256: expected) }
        for word in [path, expected.hex, found.hex] { #expect(error.description.contains(word)) }
        _ = try ShardResultFile(path: path, sha256: found)
    }

    @Test("is refused wherever it is cut")
    func cuts() throws {
        let folder = TemporaryFolder()
        let bytes = try ShardFixture.outcome().encode()
        for length in 0..<bytes.count {
            let path = try folder.write(bytes.prefix(length))
            #expect(throws: ResultError.self, "\(length)") { try ShardResultFile(path: path) }
        }
    }

    @Test("never ends the program, whichever bit is flipped")
    func flips() throws {
        let folder = TemporaryFolder()
        let bytes = try ShardFixture.outcome().encode()
        var read = 0
        for place in bytes.indices {
            var spoilt = bytes
            spoilt[place] ^= 1 << (place % 8)
            let path = try folder.write(spoilt)
            do throws(ResultError) {
                let file = try ShardResultFile(path: path)
                for row in 0..<file.rows { _ = file.logits(member: 0, row: row) }
                read += 1
            } catch {
                #expect(error.description.contains(path))
            }
        }
        // Flipped logits cannot be told without the digest; flipped structure can.
        #expect((120..<bytes.count / 2).contains(read))
    }

    @Test("is refused where there is none, or no file")
    func absent() throws {
        let folder = TemporaryFolder()
        for path in [folder.file("nothing"), folder.path] {
            let error = #expect(throws: ResultError.self) { try ShardResultFile(path: path) }
            #expect(error?.description.contains(path) == true)
        }
    }

    @Test("belongs to its own shard alone")
    func belonging() throws {
        let folder = TemporaryFolder()
        let file = try ShardResultFile(path: folder.write(ShardFixture.outcome().encode()))
        let (run, range) = (try ShardFixture.run.orThrow(), ShardFixture.range)
        let definition = ShardFixture.definition
        try file.checkBelongs(to: run, range: range, definition: definition)

        var (next, later, shorter) = (range, range, range)
        next.index = 4
        later.firstRow = 16
        shorter.count = 4
        var (swapped, single, retrained, unpinned) = (
            definition, definition, definition, definition
        )
        swapped.members.swapAt(0, 1)
        single.members.removeLast()
        retrained.members[1].weights = SHA256Digest(of: [3])
        unpinned.members[1].weights = nil
        let foreign = try [
            (RunID("rother").orThrow(), range, definition), (run, next, definition),
            (run, later, definition), (run, shorter, definition), (run, range, swapped),
            (run, range, single), (run, range, retrained),
        ]
        for (run, range, definition) in foreign {
            #expect(throws: ResultError.self) {
                try file.checkBelongs(to: run, range: range, definition: definition)
            }
        }
        try file.checkBelongs(to: run, range: range, definition: unpinned)
    }
}
