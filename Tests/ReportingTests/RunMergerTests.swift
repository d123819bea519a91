import Foundation
import PipelineCore
import Reporting
import Results
import Testing

@Suite("A finished run")
struct RunMergerTests {
    static let definition = PipelineDefinition(
        name: "merge", members: [Member(name: "one", model: "m")], top: 1, shardSize: 7)
    static let classes = ClassList(name: "ten", labels: (0..<10).map { "class \($0)" })

    static func name(_ row: Int) -> [UInt8] { Array("photo-\(String(row + 1000)).jpg".utf8) }

    /// Every fifth row is bad; every other one is plainly of class `row % 10`.
    static func row(_ row: Int) -> StoredRun.Row {
        guard row % 5 != 2 else { return .failed("corrupt", "row \(row)") }
        return .probabilities([(0..<10).map { $0 == row % 10 ? 0.91 : 0.01 }])
    }

    static func stored(_ count: Int, givenUp: [Int: String] = [:]) throws -> StoredRun {
        try StoredRun(
            (0..<count).map(name), definition: definition, classes: classes, givenUp: givenUp,
            row: row)
    }

    struct Line: Decodable {
        struct Failure: Decodable {
            let reason: String
            let detail: String
        }
        let file: String
        let index: Int?
        let failure: Failure?
    }

    static func lines(_ bytes: [UInt8]) throws -> [Line] {
        try bytes.split(separator: UInt8(ascii: "\n"))
            .map { try JSONDecoder().decode(Line.self, from: Data($0)) }
    }

    @Test("gives every file its own label, also after bad ones", arguments: [1, 6, 7, 8, 100])
    func places(_ count: Int) async throws {
        let lines = try await Self.lines(Self.stored(count).export(.jsonl))

        #expect(lines.count == count)
        for (row, line) in lines.enumerated() {
            #expect(line.file == String(decoding: Self.name(row), as: UTF8.self))
            if row % 5 == 2 {
                #expect(line.failure?.detail == "row \(row)")
                #expect(line.index == nil)
            } else {
                #expect(line.failure == nil)
                #expect(line.index == row % 10)
            }
        }
    }

    @Test(
        "gives the same bytes however many shards are read at a time",
        arguments: ManifestFormat.allCases)
    func widths(_ format: ManifestFormat) async throws {
        let run = try Self.stored(500, givenUp: [3: "x", 70: "y"])
        let bytes = try await run.export(format, width: 1)

        for width in [2, 3, 16, 1000] {
            #expect(try await run.export(format, width: width) == bytes)
        }
    }

    @Test("keeps its order where early shards are slow to read")
    func slowShards() async throws {
        let run = try Self.stored(70)
        let slow = SlowObjects(run.objects) { $0 == 0 || $0 == 4 }
        let reporter = StoredRunReporter(jobs: run.jobs, objects: slow, width: 3) { _ in
            Self.classes
        }
        var bytes: [UInt8] = []
        try await reporter.export(run.run, as: .jsonl) { bytes += $0 }

        #expect(try await run.export(.jsonl) == bytes)
    }

    @Test("comes in pieces of 64 KiB")
    func pieces() async throws {
        let run = try Self.stored(3000)
        var sizes: [Int] = []
        try await run.reporter().export(run.run, as: .jsonl) { sizes.append($0.count) }

        #expect(sizes.count > 5)
        #expect(sizes.dropLast().allSatisfy { $0 == 65536 })
        #expect(0 < sizes[sizes.count - 1] && sizes[sizes.count - 1] <= 65536)
    }

    @Test("has a row for each image of a shard that was given up")
    func givenUp() async throws {
        let lines = try await Self.lines(
            Self.stored(21, givenUp: [1: "lost 3 workers"]).export(.jsonl))

        #expect(lines.count == 21)
        for row in 7..<14 {
            #expect(lines[row].failure?.reason == "shard-failed")
            #expect(lines[row].failure?.detail.contains("lost 3 workers") == true)
        }
        #expect(lines.count { $0.failure?.reason == "shard-failed" } == 7)
    }

    @Test("stops where its reader stops")
    func readerLeaves() async throws {
        struct Gone: Error {}
        let run = try Self.stored(3000)
        var pieces = 0
        await #expect(throws: Gone.self) {
            try await run.reporter().export(run.run, as: .csv) { _ in
                pieces += 1
                if pieces == 2 { throw Gone() }
            }
        }
        #expect(pieces == 2)
    }

    @Test("is not told about before it has ended", arguments: [RunState.open, .running])
    func unfinished(_ state: RunState) async throws {
        let stored = try Self.stored(21)
        var run = stored.run
        run.state = state
        run.counts.shardsDone = 1

        await #expect(throws: ReportError.unfinished(run.id, shards: 3, ended: 1)) {
            try await stored.reporter().export(run, as: .jsonl) { _ in }
        }
        await #expect(throws: ReportError.self) { try await stored.reporter().report(run) }
    }
}

/// Objects of which some take their time.
struct SlowObjects: ObjectStore {
    let objects: FolderObjects
    let isSlow: @Sendable (Int) -> Bool

    init(_ objects: FolderObjects, isSlow: @escaping @Sendable (Int) -> Bool) {
        self.objects = objects
        self.isSlow = isSlow
    }

    func path(of key: ObjectKey) throws -> String {
        if case .result(_, let shard, _, _) = key, isSlow(shard) {
            Thread.sleep(forTimeInterval: 0.05)
        }
        return try objects.path(of: key)
    }

    func put<Bytes: AsyncSequence & Sendable>(
        _ key: ObjectKey, from bytes: Bytes, sha256: SHA256Digest?, limit: Int
    ) async throws -> StoredObject where Bytes.Element == [UInt8] {
        try await objects.put(key, from: bytes, sha256: sha256, limit: limit)
    }
    func results(of run: RunID) throws -> [ObjectKey] { try objects.results(of: run) }
    func remove(_ key: ObjectKey) throws { try objects.remove(key) }
}
