import Foundation
package import Labelling
package import PipelineCore
import Results
import TestSupport

/// Speaks the worker's part of the protocol step by step, so that a scenario can stop anywhere.
package struct Clerk: Sendable {
    /// What it speaks through.
    package let client: CoordinatorClient
    /// Its name.
    package let name: String

    /// A worker of that name for the coordinator, or for whatever stands at `url`.
    package init(
        _ name: String, _ coordinator: RunningCoordinator, at url: String? = nil, attempts: Int? = 1
    )
        throws
    {
        client = try coordinator.client(.worker, at: url, attempts: attempts)
        self.name = name
    }

    /// A shard whose result is computed.
    package struct Work: Sendable {
        /// The lease under which it was done.
        package let lease: Lease
        /// The result's file.
        package let file: [UInt8]
        /// What is said of it.
        package let result: ShardResult

        /// Names every field.
        package init(lease: Lease, file: [UInt8], result: ShardResult) {
            self.lease = lease
            self.file = file
            self.result = result
        }
    }

    /// Leases a shard and computes its result; nil when nothing waits.
    package func take() async throws -> Work? {
        let request = LeaseRequest(worker: name, version: "chaos")
        guard let lease = try await client.lease(request) else { return nil }
        return try await work(on: lease)
    }

    /// Computes the result of a lease, from the pictures' files alone.
    package func work(on lease: Lease) async throws -> Work {
        let run = try await client.definition(of: lease.run)
        let entries = try await client.images(ofShard: lease.shard.index, of: lease.run)
        var outcome = ShardOutcome(
            run: lease.run, range: lease.shard, members: [StubNetwork.member])
        for (row, entry) in entries.enumerated() {
            let path = run.dataset.text + "/" + entry.file.text
            let colour = PictureSet.colour(of: [UInt8](try Data(contentsOf: URL(filePath: path))))
            try outcome.record(StubNetwork.logits(of: colour).span, member: 0, row: row)
        }
        let file = [UInt8](try outcome.encode())
        return Work(
            lease: lease, file: file,
            result: ShardResult(
                sha256: SHA256Digest(of: file), labelled: outcome.labelled, failed: outcome.failed))
    }

    /// Uploads a result.
    package func upload(_ work: Work) async throws {
        try await client.upload(work.file, sha256: work.result.sha256, for: work.lease.ticket)
    }

    /// Makes an uploaded result the one that counts.
    package func complete(_ work: Work) async throws -> Completion {
        try await client.complete(CompletionRequest(ticket: work.lease.ticket, result: work.result))
    }

    /// Does shard after shard until nothing waits or something goes wrong; what was acknowledged.
    package func workUntilTrouble() async -> [Acknowledgement] {
        var acknowledged: [Acknowledgement] = []
        while !Task.isCancelled {
            do {
                guard let work = try await take() else { return acknowledged }
                try await upload(work)
                _ = try await complete(work)
                acknowledged.append(Acknowledgement(work))
            } catch {
                return acknowledged
            }
        }
        return acknowledged
    }
}

/// A completion that was answered with success.
package struct Acknowledgement: Hashable, Sendable {
    /// The run.
    package let run: String
    /// The shard.
    package let shard: Int
    /// The lease's number.
    package let epoch: Int
    /// The result's SHA-256.
    package let sha256: String

    /// Names every field.
    package init(run: String, shard: Int, epoch: Int, sha256: String) {
        self.run = run
        self.shard = shard
        self.epoch = epoch
        self.sha256 = sha256
    }
}

extension Acknowledgement {
    /// That of a shard's work.
    package init(_ work: Clerk.Work) {
        self.init(
            run: work.lease.run.text, shard: work.lease.shard.index, epoch: work.lease.epoch,
            sha256: work.result.sha256.hex)
    }
}
