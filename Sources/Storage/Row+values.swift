import Foundation
import GRDB
import PipelineCore

/// Rows as the values they keep.
///
/// The schema leaves no room for a value that does not fit; a file that was damaged or edited
/// does, and gives an error.
extension Row {
    func run() throws -> Run {
        let definition = Data(try decode(String.self, forColumn: "definition").utf8)
        return Run(
            id: try runID("id"),
            key: try decode(forColumn: "key"),
            state: try value("state", RunState.init(rawValue:)),
            dataset: RelativePath(bytes: try decode(Data.self, forColumn: "dataset")),
            definition: try JSONDecoder().decode(PipelineDefinition.self, from: definition),
            manifest: try digest("manifest"),
            created: try decode(forColumn: "created"),
            counts: try counts())
    }

    private func counts() throws -> RunCounts {
        var counts = RunCounts()
        counts.shards = try decode(forColumn: "shards")
        counts.shardsDone = try decode(forColumn: "shards_done")
        counts.shardsLeased = try decode(forColumn: "shards_leased")
        counts.shardsFailed = try decode(forColumn: "shards_failed")
        counts.images = try decode(forColumn: "images")
        counts.labelled = try decode(forColumn: "labelled")
        counts.failed = try decode(forColumn: "failed")
        return counts
    }

    func shardRange() throws -> ShardRange {
        ShardRange(
            index: try decode(forColumn: "idx"),
            firstRow: try decode(forColumn: "first_row"),
            count: try decode(forColumn: "images"),
            offset: try decode(forColumn: "byte_offset"),
            length: try decode(forColumn: "byte_length"))
    }

    func endedShard() throws -> EndedShard {
        let failure = try decode(String?.self, forColumn: "failure")
        return EndedShard(
            range: try shardRange(), epoch: try decode(forColumn: "epoch"),
            result: failure == nil ? try shardResult() : nil, failure: failure)
    }

    private func shardResult() throws -> ShardResult {
        ShardResult(
            sha256: try digest("result"), labelled: try decode(forColumn: "labelled"),
            failed: try decode(forColumn: "failed"))
    }

    func tokenRecord() throws -> TokenRecord {
        TokenRecord(
            digest: try digest("digest"), role: try value("role", Role.init(rawValue:)),
            name: try decode(forColumn: "name"))
    }

    func runID(_ column: String) throws -> RunID {
        try value(column) { RunID($0) }
    }

    private func digest(_ column: String) throws -> SHA256Digest {
        let bytes = try decode(Data.self, forColumn: column)
        guard let digest = SHA256Digest(hex: hexadecimal(bytes)) else {
            throw StoreError.failed("column '\(column)' holds \(bytes.count) bytes, not a SHA-256")
        }
        return digest
    }

    private func value<Value>(_ column: String, _ make: (String) -> Value?) throws -> Value {
        let text = try decode(String.self, forColumn: column)
        guard let value = make(text) else {
            throw StoreError.failed("column '\(column)' holds '\(text)', which has no meaning")
        }
        return value
    }
}

extension SHA256Digest {
    var data: Data { Data(bytes) }
}
