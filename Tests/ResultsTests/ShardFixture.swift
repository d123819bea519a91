import Foundation
import PipelineCore
import Results
import TestSupport

/// A shard of five images and two members: row 2 is empty, row 4 is no image.
enum ShardFixture {
    static let run = RunID("rtest")
    static let range = ShardRange(index: 3, firstRow: 15, count: 5, offset: 900, length: 300)
    static let members = [
        ResultMember(name: "one", weights: SHA256Digest(of: [1]), classes: 3),
        ResultMember(name: "two", weights: SHA256Digest(of: [2]), classes: 3),
    ]
    static let failures = [
        2: ImageFailure(reason: "empty", detail: "the file has no bytes"),
        4: ImageFailure(reason: "not-an-image", detail: "\"text\" \\ named .jpg\n"),
    ]
    static let definition = PipelineDefinition(
        name: "test",
        members: members.map { Member(name: $0.name, model: "m", weights: $0.weights) })

    /// A row's logits, different for every member, row and class.
    static func logits(member: Int, row: Int) -> [Float] {
        (0..<3).map { Float(100 * member + 10 * row + $0) + 0.1 }
    }

    static func empty() throws -> ShardOutcome {
        ShardOutcome(run: try run.orThrow(), range: range, members: members)
    }

    /// The outcome, its rows recorded in the given order.
    static func outcome(order: some Sequence<Int> = 0..<5) throws -> ShardOutcome {
        var outcome = try empty()
        for row in order {
            for member in members.indices where failures[row] == nil {
                try outcome.record(
                    logits(member: member, row: row).span, member: member, row: row)
            }
            if let failure = failures[row] { try outcome.fail(row, failure) }
        }
        return outcome
    }
}

extension TemporaryFolder {
    /// Writes a file and returns its path.
    func write(
        _ bytes: some Sequence<UInt8>, as name: String = "result.safetensors"
    ) throws -> String {
        let path = file(name)
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }
}

struct Absent: Error {}

extension Optional {
    func orThrow() throws -> Wrapped {
        guard let self else { throw Absent() }
        return self
    }
}
