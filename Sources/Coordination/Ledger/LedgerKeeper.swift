import Logging
import PipelineCore
import ServiceLifecycle
import Synchronization

/// Enters results into the ledger after they count, so that no completion waits for it.
///
/// What is not entered when the process is killed is computed again by whoever needs it.
final class LedgerKeeper: Service {
    private struct Note {
        let ticket: LeaseTicket
        let sha256: SHA256Digest
    }

    let ledger: any PredictionLedger
    let claims: LedgerClaims
    private let parts: CoordinatorParts
    private let metrics: CoordinatorMetrics
    private let logger: Logger
    private let waiting = Mutex<[Note]>([])
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    /// A keeper of the parts' ledger; nil where they have none.
    init?(_ parts: CoordinatorParts, _ metrics: CoordinatorMetrics, logger: Logger) {
        guard let ledger = parts.ledger else { return nil }
        self.ledger = ledger
        claims = LedgerClaims()
        self.parts = parts
        self.metrics = metrics
        self.logger = logger
        (signals, signal) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Notes that the result of a lease counts from now on.
    func note(_ ticket: LeaseTicket, _ sha256: SHA256Digest) {
        waiting.withLock { $0.append(Note(ticket: ticket, sha256: sha256)) }
        signal.yield()
    }

    /// Enters what is noted until it is told to stop, and then the rest.
    func run() async throws {
        await cancelWhenGracefulShutdown { for await _ in self.signals { await self.enterAll() } }
        await enterAll()
    }

    /// Enters everything that is noted, whatever becomes of the calling task.
    func enterAll() async {
        await Task {
            while let next = self.next() { await self.enter(next) }
        }.value
    }

    private func next() -> Note? {
        waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }

    private func enter(_ note: Note) async {
        do {
            let result = try await result(of: note)
            // Taken back before it is entered, or while it is: then nobody else would see to it.
            if try await counts(result) {
                metrics.entered(try await ledger.record(result))
                if try await !counts(result) { _ = try await ledger.forget([result.key]) }
            }
        } catch {
            logger.error(
                "a result was not entered into the ledger",
                metadata: [
                    "run": "\(note.ticket.run)", "shard": "\(note.ticket.shard)",
                    "error": "\(error)",
                ])
        }
        await claims.end(note.ticket)
    }

    /// Has the ledger forget what was taken back since.
    func forgetWithdrawn() async throws {
        let withdrawn = try await parts.store.withdrawnResults()
        guard !withdrawn.isEmpty else { return }
        _ = try await ledger.forget(withdrawn)
        try await parts.store.strike(withdrawn)
    }

    /// Whether a result is the one that counts for its shard.
    private func counts(_ result: CountedResult) async throws -> Bool {
        let shard = try await parts.store.endedShards(
            of: result.run.id, from: result.range.firstRow, limit: 1
        ).first
        return shard?.range.index == result.range.index && shard?.result?.sha256 == result.sha256
            && shard?.epoch == result.epoch
    }

    private func result(of note: Note) async throws -> CountedResult {
        let ticket = note.ticket
        let range = try await parts.store.shard(ticket.shard, of: ticket.run)
        return CountedResult(
            run: try await parts.store.run(ticket.run), range: range, epoch: ticket.epoch,
            sha256: note.sha256,
            images: try await ManifestFile(path: parts.objects.path(of: .manifest(ticket.run)))
                .images(of: range))
    }
}

extension ManifestFile {
    /// The SHA-256 of each of a shard's images; nil where it could not be read at submission.
    func images(of shard: ShardRange) async throws -> [SHA256Digest?] {
        var images: [SHA256Digest?] = []
        var line: [UInt8] = []
        try await read(shard) { piece in
            var rest = piece
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                line += rest[..<end]
                images.append(try ManifestLine.parse(line).sha256)
                line.removeAll(keepingCapacity: true)
                rest = rest[(end + 1)...]
            }
            line += rest
            return true
        }
        return images
    }
}
