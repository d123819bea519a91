import PipelineCore
import Reporting
import Testing

@Suite("A large run")
struct LargeRunTests {
    @Test("is exported and reported whole, piece by piece", .timeLimit(.minutes(2)))
    func pieces() async throws {
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
        var largest = 0
        try await run.reporter().export(run.run, as: .jsonl) { piece in
            bytes += piece.count
            rows += piece.count { $0 == UInt8(ascii: "\n") }
            largest = max(largest, piece.count)
        }
        let report = try await run.reporter().report(run.run)

        #expect(rows == count)
        #expect(report.contains("| Labelled | 99000 |"))
        #expect(bytes > 30 << 20)
        #expect(largest < 1 << 20)
    }
}
