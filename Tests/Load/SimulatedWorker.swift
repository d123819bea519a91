import Labelling
import PipelineCore
import Rehearsal
import Results

/// A worker without a process: it speaks the whole protocol, and its work is a pause.
struct SimulatedWorker: Sendable {
    let name: String
    let client: CoordinatorClient
    /// What a shard takes.
    let pause: Duration
    let tally: Tally
    /// How it treats the next lease, when asked with the number of leases before.
    var manners: @Sendable (Int) -> Manner = { _ in .completes }
    /// What the network says of a picture of a run.
    var look: @Sendable (ImageEntry, Run) throws -> [Float] = { _, _ in Self.logits }
    /// Told of each lease as it is got.
    var onLease: @Sendable (String) -> Void = { _ in }

    /// What becomes of a lease.
    enum Manner: Sendable {
        /// It is completed.
        case completes
        /// It is handed back.
        case returns
        /// It is forgotten, as by a worker that has died.
        case vanishes
    }

    /// Works until its task is cancelled.
    func work() async {
        var taken = 0
        var run: Run?
        while !Task.isCancelled {
            do {
                guard let lease = try await lease() else {
                    try await Task.sleep(for: .milliseconds(200) * Double.random(in: 0.5..<1.5))
                    continue
                }
                onLease(name)
                if run?.id != lease.run { run = try await client.definition(of: lease.run) }
                if let run { try await settle(lease, of: run, manners(taken)) }
                taken += 1
            } catch is CancellationError {
                return
            } catch ClientError.cancelled {
                return
            } catch {
                tally.failed(error)
            }
        }
    }

    private func lease() async throws -> Lease? {
        let start = ContinuousClock.now
        let lease = try await client.lease(LeaseRequest(worker: name, version: "load"))
        tally.leased(after: start.duration(to: .now).milliseconds)
        return lease
    }

    private func settle(_ lease: Lease, of run: Run, _ manner: Manner) async throws {
        switch manner {
        case .vanishes: return
        case .returns: try await client.release(ReleaseRequest(ticket: lease.ticket))
        case .completes:
            let entries = try await client.images(ofShard: lease.shard.index, of: lease.run)
            guard entries.count == lease.shard.count else {
                throw Failed("shard \(lease.shard.index) has \(entries.count) images")
            }
            if pause >= Self.heartbeat {
                try await client.renew(Renewal(ticket: lease.ticket, progress: 0, begun: true))
            }
            try await Task.sleep(for: pause)
            let (file, result) = try outcome(of: lease, in: run, entries)
            try await client.upload(file, sha256: result.sha256, for: lease.ticket)
            _ = try await client.complete(
                CompletionRequest(ticket: lease.ticket, result: result, canary: Self.canary))
            tally.completed()
        }
    }

    private func outcome(
        of lease: Lease, in run: Run, _ entries: [ImageEntry]
    ) throws -> ([UInt8], ShardResult) {
        let member = StubNetwork.member(of: run.definition)
        var outcome = ShardOutcome(run: lease.run, range: lease.shard, members: [member])
        for (row, entry) in entries.enumerated() {
            let logits = try look(entry, run)
            try outcome.record(logits.span, member: 0, row: row)
        }
        let file = [UInt8](try outcome.encode())
        return (
            file,
            ShardResult(
                sha256: SHA256Digest(of: file), labelled: outcome.labelled, failed: outcome.failed)
        )
    }

    /// A shard that takes less is over before a worker's first heartbeat.
    private static let heartbeat = Duration.milliseconds(100)
    /// What a network says that sees the same in every picture.
    static let logits = StubNetwork.logits(of: [1, 2, 3])
    /// What it says of the canary.
    static let canary = CanaryLogits(members: [
        CanaryLogits.Member(name: StubNetwork.member.name, sampling: logits)
    ])
}

extension CoordinatorClient {
    /// This client, telling `tally` of every request that has to be asked again.
    func telling(_ tally: Tally) -> CoordinatorClient {
        var client = self
        client.notice = { if let failure = $0 { tally.failed(failure) } }
        return client
    }
}
