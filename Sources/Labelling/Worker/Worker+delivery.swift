import Foundation
import Logging
import PipelineCore
import Results

extension Worker {
    /// How often a result is uploaded that arrives damaged or gets lost on the way.
    private static let uploads = 3

    /// Uploads a finished shard's result and makes it count, unless the worker has to leave before.
    func deliver(_ job: ShardJob) async throws {
        let outcome = job.outcome
        let file = [UInt8](try outcome.encode())
        let result = ShardResult(
            sha256: SHA256Digest(of: file), labelled: outcome.labelled, failed: outcome.failed)
        let completion = CompletionRequest(
            ticket: job.lease.ticket, result: result, computed: job.computed, canary: job.canary)
        do {
            let answer = try await departure.unless(.now) {
                try await self.deliver(file, completion)
            }
            guard answer != nil else { return await handBack(job.lease.ticket) }
            tally.delivered(
                labelled: result.labelled, failed: result.failed, computed: job.computed,
                loading: loading.total)
            logger.info(
                "finished a shard",
                metadata: job.names.merging(
                    ["labelled": "\(result.labelled)", "failed": "\(result.failed)"]) { $1 })
        } catch ClientError.cancelled {
            await handBack(job.lease.ticket)
        } catch let error as ClientError where error.isStaleLease || error.hasCode("unknown-run") {
            logger.info(
                "another worker was faster with a shard; it is dropped", metadata: job.names)
        } catch let error as ClientError where !error.isFinal {
            await handBack(job.lease.ticket, failure: error.description)
            logger.error("a shard's result was refused: \(error)", metadata: job.names)
        }
    }

    private func deliver(
        _ file: [UInt8], _ completion: CompletionRequest
    ) async throws(ClientError) -> Completion {
        var uploads = 1
        while true {
            do throws(ClientError) {
                try await client.upload(
                    file, sha256: completion.result.sha256, for: completion.ticket)
                return try await client.complete(completion)
            } catch  where error.isLostUpload && uploads < Self.uploads {
                uploads += 1
            }
        }
    }
}

extension ClientError {
    /// Whether a result did not arrive as it was sent.
    fileprivate var isLostUpload: Bool {
        ["wrong-digest", "truncated", "result-missing"].contains(where: hasCode)
    }
}
