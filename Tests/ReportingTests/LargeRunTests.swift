import Foundation
import PipelineCore
import Reporting
import Testing

@Suite("A large run")
struct LargeRunTests {
    @Test("is exported and reported in the memory of a small one", .timeLimit(.minutes(2)))
    func memory() async throws {
        let definition = PipelineDefinition(
            name: "large", members: [Member(name: "one", model: "m")], shardSize: 1000)
        let classes = ClassList(name: "eight", labels: (0..<8).map { "class \($0)" })
        let count = 100_000
        let run = try StoredRun(
            (0..<count).map { Array("folder/photo-\(1_000_000 + $0).jpg".utf8) },
            definition: definition, classes: classes
        ) { row in
            row % 100 == 7
                ? .failed("empty", "the file has no bytes")
                : .probabilities([(0..<8).map { $0 == row % 8 ? 0.65 : 0.05 }])
        }
        var rows = 0
        var bytes = 0
        let before = try Self.residentBytes()
        var most = before
        try await run.reporter().export(run.run, as: .jsonl) { piece in
            bytes += piece.count
            rows += piece.count { $0 == UInt8(ascii: "\n") }
            most = max(most, try Self.residentBytes())
        }
        let report = try await run.reporter().report(run.run)
        most = max(most, try Self.residentBytes())

        #expect(rows == count)
        #expect(report.contains("| Labelled | 99000 |"))
        #expect(bytes > 30 << 20)
        #expect(most - before < 24 << 20)
    }

    private static func residentBytes() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
            .split(separator: " ")
        return try required(Int(fields[1])) * Int(getpagesize())
    }
}
