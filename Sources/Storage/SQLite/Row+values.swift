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
        let state = try value("state", RunState.init(rawValue:))
        return Run(
            id: try runID("id"),
            key: try decode(forColumn: "key"),
            state: state,
            dataset: RelativePath(bytes: try decode(Data.self, forColumn: "dataset")),
            definition: try JSONDecoder().decode(PipelineDefinition.self, from: definition),
            manifest: try digest("manifest"),
            created: try decode(forColumn: "created"),
            counts: try counts(),
            priority: try decode(forColumn: "priority"),
            ledger: try decode(Bool.self, forColumn: "ledger") ? nil : false,
            // A run that ended while it was held is held no more.
            hold: state == .paused ? try decode(forColumn: "hold") : nil,
            audit: try decode(Double?.self, forColumn: "audit").flatMap {
                AuditShare(percent: $0)
            })
    }

    func counts() throws -> RunCounts {
        var counts = RunCounts()
        counts.shards = try decode(forColumn: "shards")
        counts.shardsDone = try decode(forColumn: "shards_done")
        counts.shardsLeased = try decode(forColumn: "shards_leased")
        counts.shardsFailed = try decode(forColumn: "shards_failed")
        counts.images = try decode(forColumn: "images")
        counts.labelled = try decode(forColumn: "labelled")
        counts.failed = try decode(forColumn: "failed")
        counts.quarantined = try decode(forColumn: "quarantined")
        return counts
    }

    func shardRange() throws -> ShardRange {
        ShardRange(
            index: try decode(forColumn: "idx"),
            firstRow: try decode(forColumn: "first_row"),
            count: try decode(forColumn: "images"),
            offset: try decode(forColumn: "byte_offset"),
            length: try decode(forColumn: "byte_length"),
            skip: try decode(forColumn: "skip"))
    }

    /// A shard with its holders and the opinions on it, which are rows of other tables, by epoch.
    func lifecycle(held holders: [Row], _ opinions: [Row] = []) throws -> ShardLifecycle {
        let state = try value("state", ShardState.init(rawValue:))
        let present = try holders.map { try $0.holder() }
        let phase: ShardLifecycle.Phase
        switch state {
        case .queued: phase = .queued(late: present.first)
        case .leased:
            guard let first = present.first else {
                throw StoreError.failed("a shard is leased, but nobody holds it")
            }
            phase = .leased(first, backup: present.dropFirst().first)
        case .done: phase = .done(try shardResult(), epoch: try decode(forColumn: "result_epoch"))
        case .failed: phase = .failed(try decode(forColumn: "failure"))
        case .quarantined: phase = .quarantined
        }
        return ShardLifecycle(
            try shardRange(), phase: phase, epoch: try decode(forColumn: "epoch"),
            attempts: try decode(forColumn: "attempts"),
            lapses: try decode(forColumn: "lapses"), crashes: try decode(forColumn: "crashes"),
            log: try crashLog(), opinions: try opinions.map { try $0.opinion() })
    }

    /// The deaths that are on record.
    func crashLog() throws -> [Crash] {
        guard let text = try decode(String?.self, forColumn: "log") else { return [] }
        return try JSONDecoder().decode([Crash].self, from: Data(text.utf8))
    }

    private func holder() throws -> ShardHolder {
        ShardHolder(
            worker: try decode(forColumn: "worker"), secret: try digest("secret"),
            epoch: try decode(forColumn: "epoch"),
            since: Tick(nanoseconds: try decode(forColumn: "since")),
            until: Tick(nanoseconds: try decode(Int64?.self, forColumn: "until") ?? .min),
            isBegun: try decode(forColumn: "begun"), progress: try decode(forColumn: "progress"))
    }

    func opinion() throws -> Opinion {
        Opinion(
            epoch: try decode(forColumn: "epoch"), host: try decode(forColumn: "host"),
            result: try shardResult(), party: try decode(forColumn: "party"),
            isDue: try decode(forColumn: "due"), borrows: try decode(forColumn: "borrows"))
    }

    func quarantinedWorker() throws -> QuarantinedWorker {
        QuarantinedWorker(
            host: try decode(forColumn: "host"), reason: try decode(forColumn: "reason"))
    }

    private func shardResult() throws -> ShardResult {
        ShardResult(
            sha256: try digest("result"), labelled: try decode(forColumn: "labelled"),
            failed: try decode(forColumn: "failed"))
    }

    func tokenRecord() throws -> TokenRecord {
        TokenRecord(
            digest: try digest("digest"), role: try value("role", Role.init(rawValue:)),
            name: try decode(forColumn: "name"), created: try decode(forColumn: "created"),
            expires: try decode(forColumn: "expires"),
            lastUsed: try decode(forColumn: "last_used"),
            revoked: try decode(forColumn: "revoked"))
    }

    func runID(_ column: String) throws -> RunID {
        try value(column) { RunID($0) }
    }

    func digest(_ column: String) throws -> SHA256Digest {
        let bytes = try decode(Data.self, forColumn: column)
        guard let digest = SHA256Digest(hex: hexadecimal(bytes)) else {
            throw StoreError.failed("column '\(column)' holds \(bytes.count) bytes, not a SHA-256")
        }
        return digest
    }

    func value<Value>(_ column: String, _ make: (String) -> Value?) throws -> Value {
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
