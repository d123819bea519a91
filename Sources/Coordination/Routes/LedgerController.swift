import HTTPTypes
import Hummingbird
import PipelineCore

/// The routes about what has been computed before.
struct LedgerController {
    typealias Context = CoordinatorContext

    /// The most bytes of logits in one answer.
    static let answerLimit = 16 << 20

    let parts: CoordinatorParts
    let keeper: LedgerKeeper?
    let metrics: CoordinatorMetrics
    let term: Duration

    var routes: [Route] {
        [
            Route(.post, "v1/leases/known", .role(.worker), use: known),
            Route(.get, "v1/ledger", .role(.viewer), use: statistics),
            Route(
                .post, "v1/ledger/prune", .role(.admin), within: .seconds(600), use: prune),
        ]
    }

    /// `POST /v1/leases/known` tells a worker which of its shard's images need not be computed, or
    /// answers `204 No Content` where the run does without the ledger.
    func known(_ request: Request, context: Context) async throws -> Response {
        let message = try await request.message(as: KnownRequest.self, context)
        let ticket = message.ticket
        let now = parts.clock.now()
        // The store knows whether the lease holds; whoever asks is alive.
        try await parts.store.renew(
            ticket, progress: message.progress, isBegun: false, for: term, at: now)
        let run = try await parts.store.run(ticket.run)
        guard let keeper, run.usesLedger else { return Response(status: .noContent) }
        guard let recipes = try run.definition.recipes(by: message.procedures) else {
            throw Refusal(
                .badRequest, "bad-request",
                "\(message.procedures.count) procedures are not those of the "
                    + "\(run.definition.members.count) members of run '\(run.id)'")
        }
        let range = try await parts.store.shard(ticket.shard, of: ticket.run)
        let images = try await ManifestFile(path: parts.objects.path(of: .manifest(run.id)))
            .images(of: range)
        let rows = message.rows ?? Array(images.indices)
        guard rows.count <= images.count, rows.allSatisfy(images.indices.contains) else {
            throw Refusal(
                .badRequest, "bad-request",
                "shard \(range.index) of run '\(run.id)' has the rows \(images.indices)")
        }
        // What was taken back is not told to anybody.
        try await keeper.forgetWithdrawn()
        let answer = try await answer(
            rows.map { images[$0] }, recipes, for: ticket, by: keeper, until: now + term, at: now)
        let bytes = try answer.encode(members: recipes.count)
        return Response(
            status: .ok, headers: [.contentType: "application/octet-stream"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// Claims first and looks then: what another lease has entered before it gave its claims up is
    /// found, so that nothing is computed in between.
    private func answer(
        _ images: [SHA256Digest?], _ recipes: [SHA256Digest], for ticket: LeaseTicket,
        by keeper: LedgerKeeper, until end: Tick, at now: Tick
    ) async throws -> KnownRows {
        let wishes = images.map { image in
            recipes.compactMap { recipe in
                image.map { LedgerClaims.Work(image: $0, recipe: recipe) }
            }
        }
        let isOurs = await keeper.claims.claim(wishes, for: ticket, until: end, at: now)
        let named = images.compactMap(\.self)
        var findings = try await keeper.ledger.find(
            named, by: recipes, limit: Self.answerLimit
        ).makeIterator()
        var known: Set<LedgerClaims.Work> = []
        var computed: Set<LedgerClaims.Work> = []
        let rows = images.indices.map { place -> KnownRows.Row in
            guard images[place] != nil, let finding = findings.next() else {
                return .settled(recipes.map { _ in nil })
            }
            guard case .logits(let logits) = finding else {
                known.formUnion(wishes[place])
                return .later
            }
            guard isOurs[place] || !logits.contains(nil) else { return .awaited }
            for (work, bytes) in zip(wishes[place], logits) {
                if bytes == nil { computed.insert(work) } else { known.insert(work) }
            }
            return .settled(logits)
        }
        await keeper.claims.cede(known, by: ticket)
        metrics.looked(hits: known.count, misses: computed.count)
        return KnownRows(rows: rows)
    }

    /// `GET /v1/ledger` tells how much is known.
    func statistics(_ request: Request, context: Context) async throws -> LedgerStatistics {
        try await ledger().statistics()
    }

    /// `POST /v1/ledger/prune` forgets what was not used for long.
    func prune(_ request: Request, context: Context) async throws -> LedgerPruning {
        let days = try await request.message(as: LedgerPruneRequest.self, context).unusedDays
        guard (0...36_500).contains(days) else {
            throw Refusal(.badRequest, "bad-request", "'unusedDays' is \(days), outside 0...36500")
        }
        // Nothing is newer than a second from now, so that 0 days forget everything.
        let moment = Int(parts.date()) + 1 - days * 86_400
        let images = try await ledger().prune(unusedSince: moment)
        return LedgerPruning(forgotten: images, left: try await ledger().statistics())
    }

    private func ledger() throws(Refusal) -> any PredictionLedger {
        guard let ledger = parts.ledger else {
            throw Refusal(
                .notImplemented, "no-ledger", "this coordinator keeps no prediction ledger")
        }
        return ledger
    }
}
