import Checkpoints
import Foundation
import PipelineCore
import Results
import TestSupport
import Testing

@Suite("A shard's outcome")
struct ShardOutcomeTests {
    @Test("reads back row by row, each failure in its place")
    func roundTrip() throws {
        let folder = TemporaryFolder()
        let outcome = try ShardFixture.outcome()
        let bytes = try outcome.encode()
        let file = try ShardResultFile(
            path: folder.write(bytes), sha256: SHA256Digest(of: bytes))

        #expect(file.run == ShardFixture.run)
        #expect(file.shard == 3)
        #expect(file.firstRow == 15)
        #expect(file.rows == 5)
        #expect(file.members == ShardFixture.members)
        #expect(file.failures == ShardFixture.failures)
        #expect(outcome.labelled == 3)
        #expect(outcome.failed == 2)
        #expect(file.labelled == 3)
        var both: [Float] = []
        for row in 0..<5 {
            #expect(file.failure(row) == ShardFixture.failures[row])
            file.copyLogits(ofRow: row, to: &both)
            let rows = (0..<2).map { file.logits(member: $0, row: row) }
            if ShardFixture.failures[row] == nil {
                #expect(rows == (0..<2).map { ShardFixture.logits(member: $0, row: row) })
                #expect(both == rows.flatMap { $0 })
            } else {
                #expect(rows.allSatisfy { $0.count == 3 && $0.allSatisfy(\.isNaN) })
                #expect(both.count == 6 && both.allSatisfy(\.isNaN))
            }
        }
    }

    @Test("is a safetensors file with the documented tensors")
    func tensors() throws {
        let folder = TemporaryFolder()
        let file = try Checkpoint(path: folder.write(ShardFixture.outcome().encode()))

        #expect(Set(file.names) == ["logits/one", "logits/two", "status"])
        let two = try file.tensor("logits/two", shape: [5, 3])
        #expect(two.type == .f32)
        #expect(try Array(two.floats()[3..<6]) == ShardFixture.logits(member: 1, row: 1))
        let status = try file.tensor("status", shape: [5])
        #expect(status.type == .u8)
        #expect(try status.integers() == [0, 0, 1, 0, 1])
        #expect(file.metadata["run"] == "rtest")
        #expect(file.metadata["first_row"] == "15")
        #expect(file.metadata["version"] == "1")
    }

    @Test("has the same bytes in whatever order its images were finished")
    func determinism() throws {
        let bytes = try ShardFixture.outcome().encode()

        #expect(try ShardFixture.outcome(order: [4, 2, 0, 3, 1]).encode() == bytes)
        var partly = try ShardFixture.outcome(order: [0, 1, 3])
        // One member had seen the image before it failed.
        try partly.fail(4, ShardFixture.failures[4].orThrow())
        try partly.record([1, 2, 3].span, member: 0, row: 2)
        try partly.fail(2, ShardFixture.failures[2].orThrow())
        try partly.fail(2, ImageFailure(reason: "corrupt", detail: "comes second"))
        try partly.record([1, 2, 3].span, member: 1, row: 2)
        #expect(try partly.encode() == bytes)
    }

    @Test(
        "fails an image whose logits are not finite",
        arguments: [
            Float.nan, .infinity, -.infinity,
        ])
    func notFinite(_ bad: Float) throws {
        var outcome = try ShardFixture.outcome(order: [0, 2, 3, 4])
        try outcome.record([1, 2, 3].span, member: 0, row: 1)
        try outcome.record([1, bad, 3].span, member: 1, row: 1)

        #expect(outcome.failures[1]?.reason == "not-finite")
        #expect(outcome.failures[1]?.detail.contains("'two'") == true)
        #expect(outcome.logits[0][3..<6].allSatisfy { $0.isNaN })
        let folder = TemporaryFolder()
        let file = try ShardResultFile(path: folder.write(outcome.encode()))
        #expect(file.failure(1)?.reason == "not-finite")
    }

    @Test("is not written while an image is open", arguments: 0..<5)
    func incomplete(_ row: Int) throws {
        var outcome = try ShardFixture.outcome(order: (0..<5).filter { $0 != row })
        #expect(
            throws: ResultError.unencodable(
                detail: "row \(row) of shard 3 has neither logits nor a failure")
        ) {
            try outcome.encode()
        }
        try outcome.record([1, 2, 3].span, member: 0, row: row)
        #expect(throws: ResultError.self) { try outcome.encode() }
        try outcome.record([1, 2, 3].span, member: 1, row: row)
        _ = try outcome.encode()
    }

    @Test("refuses what is not of the shard")
    func refusals() throws {
        var outcome = try ShardFixture.empty()

        for (count, member, row) in [
            (2, 0, 0), (4, 0, 0), (3, 2, 0), (3, -1, 0), (3, 0, 5), (3, 0, -1),
        ] {
            #expect(throws: ResultError.self, "\(count) \(member) \(row)") {
                try outcome.record(
                    [Float](repeating: 0, count: count).span, member: member, row: row)
            }
        }
        for reason in ["", "Not an image", "a|b", String(repeating: "a", count: 65)] {
            #expect(throws: ResultError.self) {
                try outcome.fail(0, ImageFailure(reason: reason, detail: ""))
            }
        }
        #expect(throws: ResultError.self) {
            try outcome.fail(5, ImageFailure(reason: "empty", detail: ""))
        }
        #expect(outcome.failures.isEmpty)
    }
}
