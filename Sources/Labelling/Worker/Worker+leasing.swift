import Foundation
import Logging
import PipelineCore
import Transport

extension Worker {
    /// Leases a shard whenever the streams are about to run out of photos, and passes it to `jobs`.
    ///
    /// Ends when its task is cancelled, and with ``WorkerOptions/once`` when no work is left.
    func leaseShards(_ jobs: AsyncStream<ShardJob>.Continuation) async throws {
        var run: Run?
        while await held.waitForDemand(below: options.lowWater) {
            guard let lease = try await lease() else {
                if options.once {
                    // What is held may yet come back to the queue.
                    if held.isEmpty { return }
                    guard await held.waitUntilEmpty() else { return }
                } else {
                    try await Task.sleep(for: options.poll * Double.random(in: 0.5..<1.5))
                }
                continue
            }
            tally.leased()
            marker?.hold(lease.ticket)
            do {
                if run?.id != lease.run { run = try await client.definition(of: lease.run) }
                guard let run else { return }
                let job = try await beating(for: lease) { try await self.job(for: lease, of: run) }
                held.add(job)
                jobs.yield(job)
            } catch {
                try await giveUp(lease, because: error)
            }
        }
    }

    /// Asks for a shard.
    ///
    /// A worker that leaves in the middle of it waits for the answer as long as for a farewell, since
    /// a lease that nobody knows of would block its shard for a whole term.
    private func lease() async throws -> Lease? {
        let (client, options) = (client, options)
        let request = LeaseRequest(worker: options.name, version: options.version)
        let asking = Task { try await client.lease(request) }
        return try await withTaskCancellationHandler {
            try await asking.value
        } onCancel: {
            Task {
                try? await Task.sleep(for: options.farewell)
                asking.cancel()
            }
        }
    }

    /// Brings everything together that is needed for a shard.
    private func job(for lease: Lease, of run: Run) async throws -> ShardJob {
        guard lease.shard.rowsExist else {
            throw ClientError.malformed(
                url: client.url.text,
                detail: "shard \(lease.shard.index) of run '\(lease.run)' is said to hold "
                    + "\(lease.shard.count) images from row \(lease.shard.firstRow) on")
        }
        let entries = try await client.images(ofShard: lease.shard.index, of: lease.run)
        guard entries.count == lease.shard.count else {
            throw ClientError.malformed(
                url: client.url.text,
                detail: "shard \(lease.shard.index) of run '\(lease.run)' has "
                    + "\(lease.shard.count) images, but \(entries.count) were listed")
        }
        let ensemble = try await loading.measure {
            try await loader.load(run.definition, batch: options.batch)
        }
        let (held, tally) = (held, tally)
        let job = ShardJob(
            lease, of: run, entries: entries, ensemble: ensemble, reuses: run.usesLedger,
            onFinishedRow: { tally.finishedImage() }, onChange: { held.changed() })
        try await askFirst(about: job)
        return job
    }

    /// Hands a lease back that did not become a job; throws what no other shard would survive.
    private func giveUp(_ lease: Lease, because error: any Error) async throws {
        let isLeaving = departure.stage > .staying || Task.isCancelled
        await handBack(lease.ticket, failure: isLeaving ? nil : "\(error)")
        marker?.drop(lease.ticket)
        if isLeaving { throw CancellationError() }
        guard let error = error as? ClientError, !error.isFinal else { throw error }
        logger.error(
            "a shard could not be begun: \(error)",
            metadata: ["run": "\(lease.run)", "shard": "\(lease.shard.index)"])
    }

    /// Gives a shard back to the queue, whatever becomes of this task.
    ///
    /// With `hold`, no worker goes on with its run until a person has seen to what it says.
    func handBack(_ ticket: LeaseTicket, failure: String? = nil, hold: String? = nil) async {
        var client = heart
        client.retry.attempts = 2
        let release = ReleaseRequest(ticket: ticket, failure: failure, hold: hold)
        let releasing = Task { [client, options] in
            try await client.release(release, within: options.farewell)
        }
        do {
            try await releasing.value
        } catch let error as ClientError where error.isStaleLease {
            return
        } catch {
            logger.info(
                "a shard could not be handed back; it returns by itself when its lease ends",
                metadata: [
                    "run": "\(ticket.run)", "shard": "\(ticket.shard)", "error": "\(error)",
                ])
        }
    }
}

extension ShardRange {
    /// Whether a manifest could have such rows.
    fileprivate var rowsExist: Bool {
        firstRow >= 0 && count >= 0 && !firstRow.addingReportingOverflow(count).overflow
    }
}
