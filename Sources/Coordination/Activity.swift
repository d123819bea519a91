import PipelineCore

/// What the coordinator has seen of its workers since it started; for display only.
struct Activity: Sendable {
    let meter = ProgressMeter()
    let roster = WorkerRoster()

    /// A worker has asked for a shard, and got one or none.
    func asked(_ offer: LeaseRequest, got lease: Lease?, at now: Tick) async {
        await roster.saw(offer.worker, version: offer.version, at: now)
        guard let lease else { return }
        await roster.leased(lease.ticket, to: offer.worker)
        await meter.leased(lease.ticket, at: now)
    }

    /// A worker has told how far it is.
    func renewed(_ renewal: Renewal, by worker: String?, at now: Tick) async {
        await saw(worker, at: now)
        await meter.reached(renewal.progress, of: renewal.ticket, at: now)
    }

    /// A worker has finished a shard.
    func completed(
        _ ticket: LeaseTicket, with result: ShardResult, by worker: String?, at now: Tick
    ) async {
        let images = result.labelled + result.failed
        await saw(worker, images: images, at: now)
        await roster.settled(ticket)
        await meter.finished(images, of: ticket, at: now)
    }

    /// A worker has given a shard back.
    func released(_ ticket: LeaseTicket, by worker: String?, at now: Tick) async {
        await saw(worker, at: now)
        await roster.settled(ticket)
    }

    private func saw(_ worker: String?, images: Int = 0, at now: Tick) async {
        guard let worker else { return }
        await roster.saw(worker, images: images, at: now)
    }
}
