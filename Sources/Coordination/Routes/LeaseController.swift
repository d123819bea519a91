import HTTPTypes
import Hummingbird
import PipelineCore

/// The routes a worker lives by: take a lease, renew it, settle it.
///
/// A lease is a promise with an end. A worker that stops renewing loses its shard, and whoever
/// takes it next starts over. Handlers only translate; what a lease means is up to ``JobStore``.
struct LeaseController {
    typealias Context = CoordinatorContext

    let parts: CoordinatorParts
    let activity: Activity
    let metrics: CoordinatorMetrics
    let keeper: LedgerKeeper?
    let term: Duration

    var routes: [Route] {
        [
            Route(.post, "v1/leases", .role(.worker), use: take),
            Route(.post, "v1/leases/renew", .role(.worker), use: renew),
            Route(.post, "v1/leases/complete", .role(.worker), use: complete),
            Route(.post, "v1/leases/release", .role(.worker), use: release),
        ]
    }

    /// `POST /v1/leases` hands out the next shard, or answers `204 No Content` when none waits.
    func take(_ request: Request, context: Context) async throws -> Response {
        let offer = try await request.message(as: LeaseRequest.self, context)
        try Self.check(offer)
        var generator = SystemRandomNumberGenerator()
        let secret = hexadecimal((0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) })
        let now = parts.clock.now()
        let terms = await activity.terms(for: offer.worker, at: now)
        let lease = try await parts.store.lease(
            LeaseClaim(
                worker: offer.worker, secret: secret, term: term, now: now, size: terms.size,
                stragglers: terms.stragglers))
        await activity.asked(offer, got: lease, at: now)
        guard let lease else {
            return Response(status: .noContent, headers: [.retryAfter: "1"])
        }
        metrics.leased()
        return try EditedResponse(status: .created, response: lease)
            .response(from: request, context: context)
    }

    /// `POST /v1/leases/renew` keeps a shard for another term.
    func renew(_ request: Request, context: Context) async throws -> HTTPResponse.Status {
        let renewal = try await request.message(as: Renewal.self, context)
        guard (0...PipelineDefinition.shardSizes.upperBound).contains(renewal.progress) else {
            throw Refusal(
                .badRequest, "bad-request", "progress counts the shard's finished images, from 0")
        }
        let now = parts.clock.now()
        try await parts.store.renew(
            renewal.ticket, progress: renewal.progress, isBegun: renewal.begun ?? false, for: term,
            at: now)
        let worker = try await worker(of: renewal.ticket)
        await activity.renewed(renewal, by: worker, at: now)
        await keeper?.claims.renew(renewal.ticket, until: now + term)
        return .noContent
    }

    /// `POST /v1/leases/complete` makes an uploaded result count, and ends the lease.
    ///
    /// Repeating the call changes nothing: a worker that missed the answer may simply ask again.
    func complete(_ request: Request, context: Context) async throws -> CompletionAnswer {
        let message = try await completion(in: request, context: context)
        let (ticket, result) = (message.ticket, message.result)
        let worker = try await worker(of: ticket)
        let images = result.labelled + result.failed
        let measured = min(max(message.computed ?? images, 0), images)
        let completion = try await AuditDesk(parts: parts).complete(
            ticket, with: result, Testimony(canary: message.canary, borrows: measured < images))
        if completion == .committed {
            metrics.ended(.completed)
            metrics.finished(computed: measured, reused: images - measured)
            await activity.completed(
                ticket, with: result, computed: measured, by: worker, at: parts.clock.now())
            await settle(ticket, with: result)
        }
        return CompletionAnswer(completion: completion)
    }

    /// `POST /v1/leases/release` gives a shard back to the queue.
    func release(_ request: Request, context: Context) async throws -> HTTPResponse.Status {
        let release = try await request.message(as: ReleaseRequest.self, context)
        let worker = try await worker(of: release.ticket)
        // First, because only the holder of a lease may put its run on hold.
        try await parts.store.release(release.ticket, release.reason)
        if let words = release.hold {
            try await parts.store.hold(release.ticket.run, because: String(words.prefix(1000)))
        }
        metrics.ended(LeaseEnd(release.reason))
        await activity.released(release.ticket, by: worker, at: parts.clock.now())
        await keeper?.claims.end(release.ticket)
        return .noContent
    }

    /// Leaves a result to the ledger, which need not be done with it when the worker is answered.
    private func settle(_ ticket: LeaseTicket, with result: ShardResult) async {
        guard let keeper else { return }
        if let run = try? await parts.store.run(ticket.run), run.usesLedger {
            // Others wait for it no longer than for a lease, should it never be entered.
            await keeper.claims.renew(ticket, until: parts.clock.now() + term)
            keeper.note(ticket, result.sha256)
        } else {
            await keeper.claims.end(ticket)
        }
    }

    /// What the request asks to count, if its numbers are those of the shard and its file is there.
    private func completion(
        in request: Request, context: Context
    ) async throws -> CompletionRequest {
        let message = try await request.message(as: CompletionRequest.self, context)
        let (ticket, result) = (message.ticket, message.result)
        guard message.canary?.isWellFormed ?? true else {
            throw Refusal(
                .badRequest, "bad-request",
                "a canary has 1 to 64 members with \(CanaryLogits.sample) finite logits each at most"
            )
        }
        let shard = try await parts.store.shard(ticket.shard, of: ticket.run)
        guard shard.isCounted(by: result) else {
            throw Refusal(
                .badRequest, "bad-counts",
                "\(result.labelled) labelled and \(result.failed) failed images are not the "
                    + "\(shard.count) of shard \(shard.index) of run '\(ticket.run)'")
        }
        do {
            _ = try parts.objects.path(of: .result(of: ticket, result.sha256))
        } catch ObjectError.missing {
            throw Refusal(
                .conflict, "result-missing",
                "the result \(result.sha256) has not arrived; upload it first")
        }
        return message
    }

    /// Who holds the lease; after a restart the store knows it, nil when nobody does.
    private func worker(of ticket: LeaseTicket) async throws -> String? {
        if let worker = await activity.roster.holder(of: ticket) { return worker }
        return try await parts.store.holders(of: ticket.run)
            .first { $0.shard == ticket.shard }?.worker
    }

    private static func check(_ offer: LeaseRequest) throws {
        let isName = { (text: String) in
            (1...200).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
        }
        guard isName(offer.worker), isName(offer.version) else {
            throw Refusal(
                .badRequest, "bad-request",
                "a worker's name and version have 1 to 200 bytes each, without spaces")
        }
    }
}

extension ObjectKey {
    /// The result that the holder of a lease has uploaded.
    static func result(of ticket: LeaseTicket, _ sha256: SHA256Digest) -> ObjectKey {
        .result(ticket.run, shard: ticket.shard, epoch: ticket.epoch, sha256: sha256)
    }
}
