import PipelineCore

/// What the coordinator has seen of its workers since it started; for display only.
struct Activity: Sendable {
    let meter = ProgressMeter()
    let roster = WorkerRoster()
    let pace = Pace()

    /// A worker has asked for a shard, and got one or none.
    func asked(_ offer: LeaseRequest, got lease: Lease?, at now: Tick) async {
        await roster.saw(offer.worker, version: offer.version, at: now)
        guard let lease else { return }
        await roster.leased(lease.ticket, to: offer.worker)
        await pace.leased(lease.ticket, to: offer.worker, at: now)
        await meter.leased(lease.ticket, at: now)
    }

    /// A worker has told how far it is.
    func renewed(_ renewal: Renewal, by worker: String?, at now: Tick) async {
        await saw(worker, at: now)
        await meter.reached(renewal.progress, of: renewal.ticket, at: now)
    }

    /// A worker has finished a shard, of which it had to compute so many images.
    func completed(
        _ ticket: LeaseTicket, with result: ShardResult, computed: Int, by worker: String?,
        at now: Tick
    ) async {
        let images = result.labelled + result.failed
        await saw(worker, images: images, at: now)
        await roster.settled(ticket)
        // What was mostly known says little about a worker's speed.
        await pace.completed(ticket, images: computed * 2 < images ? 0 : computed, at: now)
        await meter.finished(images, of: ticket, at: now)
    }

    /// A worker has given a shard back.
    func released(_ ticket: LeaseTicket, by worker: String?, at now: Tick) async {
        await saw(worker, at: now)
        await roster.settled(ticket)
        await pace.settled(ticket)
    }

    /// How large a shard `worker` gets, and which shards of others it may race for.
    func terms(
        for worker: String, at now: Tick
    ) async -> (size: ShardSizing, stragglers: [RunID: Tick]) {
        let others = await roster.statuses(at: now).count { $0.silence < 60 && $0.name != worker }
        let rate = await pace.rate(of: worker)
        return (
            ShardSizing(imagesPerSecond: rate, workers: others + 1), await pace.stragglers(at: now)
        )
    }

    /// The workers lately seen, with their speeds.
    func workers(at now: Tick) async -> [WorkerStatus] {
        var workers = await roster.statuses(at: now)
        for place in workers.indices {
            workers[place].imagesPerSecond = await pace.rate(of: workers[place].name)
        }
        return workers
    }

    private func saw(_ worker: String?, images: Int = 0, at now: Tick) async {
        guard let worker else { return }
        await roster.saw(worker, images: images, at: now)
    }
}
