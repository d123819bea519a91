import Foundation
package import PipelineCore
import Transport

/// What submitters and viewers ask for.
extension CoordinatorClient {
    /// Announces a run; the same files under the same definition give the run that is there.
    package func submit(_ submission: RunSubmission) async throws(ClientError) -> Run {
        try await fetch(try request(.post, "/v1/runs", json: submission))
    }

    /// Sends the manifest of `run`, JSON Lines of ``ImageEntry`` in the file at `path`.
    package func sendManifest(of run: RunID, from path: String) async throws(ClientError) -> Run {
        try await fetch(
            request(
                .put, "/v1/runs/\(run)/manifest",
                headers: [("Content-Type", "application/jsonl")], body: .file(path: path),
                deadline: nil))
    }

    /// Every run, and the workers lately seen.
    package func runs() async throws(ClientError) -> RunList {
        try await fetch(request(.get, "/v1/runs"))
    }

    /// How far `run` is.
    package func status(of run: RunID) async throws(ClientError) -> RunStatus {
        try await fetch(request(.get, "/v1/runs/\(run)"))
    }

    /// Hands the manifest of `run` to `sink`, piece by piece, as fast as `sink` takes it.
    ///
    /// Throws ``ClientError``, or whatever `sink` throws.
    package func export(
        _ run: RunID, as format: ManifestFormat,
        to sink: (consuming [UInt8]) async throws -> Void
    ) async throws {
        try await stream(
            request(.get, "/v1/runs/\(run)/export?format=\(format.rawValue)", deadline: nil),
            to: sink)
    }

    /// Pauses, resumes, cancels or retries `run`, and gives what it is then.
    package func steer(_ run: RunID, _ order: RunOrder) async throws(ClientError) -> Run {
        try await fetch(
            try request(.post, "/v1/runs/\(run)/orders", json: OrderRequest(order: order)))
    }

    /// The images in quarantine, of one run or of all.
    package func quarantine(of run: RunID?) async throws(ClientError) -> QuarantineList {
        let path = run.map { "/v1/runs/\($0)/quarantine" } ?? "/v1/quarantine"
        return try await fetch(request(.get, path))
    }

    /// Puts the quarantined image in `row` of the run's manifest back into the queue.
    package func readmit(
        row: Int, of run: RunID, by terms: Readmission
    ) async throws(ClientError) -> Run {
        try await fetch(
            try request(
                .post, "/v1/runs/\(run)/quarantine/\(row)", json: ReadmissionRequest(terms: terms)))
    }

    /// Sets a host's workers aside, or gives them another chance; the hosts in quarantine then.
    package func trust(_ trusted: Bool, worker: String) async throws(ClientError) -> QuarantineList
    {
        try await fetch(
            try request(
                .post, "/v1/quarantine/workers",
                json: WorkerTrustRequest(worker: worker, trusted: trusted)))
    }

    /// How much the coordinator's ledger holds.
    package func ledger() async throws(ClientError) -> LedgerStatistics {
        try await fetch(request(.get, "/v1/ledger"))
    }

    /// Has the ledger forget what was not used for so many days.
    package func pruneLedger(unusedDays: Int) async throws(ClientError) -> LedgerPruning {
        try await fetch(
            try request(
                .post, "/v1/ledger/prune", json: LedgerPruneRequest(unusedDays: unusedDays),
                deadline: .seconds(600)))
    }

    /// The report on `run`, Markdown.
    package func report(on run: RunID) async throws(ClientError) -> String {
        let answer = try await send(request(.get, "/v1/runs/\(run)/report", deadline: nil))
        return String(decoding: answer.body, as: UTF8.self)
    }
}

/// What workers ask for.
extension CoordinatorClient {
    /// The largest manifest slice of one shard: 10 000 names of 4 KiB, each byte escaped.
    private static let sliceLimit = 256 << 20

    /// Asks for a shard; nil when none waits.
    package func lease(_ lease: LeaseRequest) async throws(ClientError) -> Lease? {
        let answer = try await send(try request(.post, "/v1/leases", json: lease))
        return answer.status == 204 ? nil : try decode(Lease.self, from: answer.body)
    }

    /// What is to be done to the images of `run`, and where they lie.
    package func definition(of run: RunID) async throws(ClientError) -> Run {
        try await fetch(request(.get, "/v1/runs/\(run)/definition"))
    }

    /// The images of a shard, in order of their rows.
    package func images(
        ofShard shard: Int, of run: RunID
    ) async throws(ClientError) -> [ImageEntry] {
        let answer = try await send(
            request(
                .get, "/v1/runs/\(run)/shards/\(shard)/images", limit: Self.sliceLimit,
                deadline: nil))
        do {
            return try answer.body.split(separator: UInt8(ascii: "\n")).map(ManifestLine.parse)
        } catch {
            throw .malformed(url: url.text, detail: "\(error)")
        }
    }

    /// The bytes of the image in `row` of the run's manifest, which is in `shard`; at most `limit`.
    package func image(
        inRow row: Int, ofShard shard: Int, of run: RunID, limit: Int
    ) async throws(ClientError) -> [UInt8] {
        try await send(
            request(
                .get, "/v1/runs/\(run)/shards/\(shard)/images/\(row)", limit: limit, deadline: nil)
        ).body
    }

    /// Uploads a shard's result, which counts only once the lease is completed with it.
    package func upload(
        _ result: [UInt8], sha256: SHA256Digest, for ticket: LeaseTicket
    ) async throws(ClientError) {
        _ = try await send(
            request(
                .put,
                "/v1/runs/\(ticket.run)/shards/\(ticket.shard)/results/\(ticket.epoch)",
                headers: [
                    ("Content-Type", "application/octet-stream"), ("Content-SHA256", sha256.hex),
                ],
                body: .bytes(result), deadline: nil))
    }

    /// What is known of the rows in question; nil where the coordinator or the run does without a
    /// ledger.
    package func known(
        _ question: KnownRequest, rows: Int
    ) async throws(ClientError) -> KnownRows? {
        let members = question.procedures.count
        // Room for the logits of one answer, however large a single image's are.
        let limit = (32 << 20) + rows * (members + 4)
        let answer: HTTPResponse
        do {
            var request = try request(.post, "/v1/leases/known", json: question)
            request.limit = limit
            answer = try await send(request)
        } catch  where error.hasCode("unknown-address") {
            return nil
        }
        guard answer.status != 204 else { return nil }
        do {
            return try KnownRows(parsing: Array(answer.body), rows: rows, members: members)
        } catch {
            throw .malformed(url: url.text, detail: "\(error)")
        }
    }

    /// Keeps a lease for another term.
    package func renew(_ renewal: Renewal) async throws(ClientError) {
        _ = try await send(
            try request(.post, "/v1/leases/renew", json: renewal, deadline: .seconds(10)))
    }

    /// Makes an uploaded result the one that counts.
    package func complete(
        _ completion: CompletionRequest
    ) async throws(ClientError) -> Completion {
        let answer: CompletionAnswer = try await fetch(
            try request(.post, "/v1/leases/complete", json: completion))
        return answer.completion
    }

    /// Gives a shard back; each attempt may take until `deadline`.
    package func release(
        _ release: ReleaseRequest, within deadline: Duration = .seconds(5)
    ) async throws(ClientError) {
        _ = try await send(
            try request(.post, "/v1/leases/release", json: release, deadline: deadline))
    }
}
