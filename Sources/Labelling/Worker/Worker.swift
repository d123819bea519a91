import Datasets
package import Logging
package import PipelineCore
import ServiceLifecycle
package import Transport

/// Labels images for a coordinator: leases a shard, reads, decodes, infers, uploads, completes, and
/// so on until there is nothing left or it is told to leave.
///
///     let worker = Worker(
///         url, token: token, options: WorkerOptions(version: "1.0", once: true),
///         loader: ModelPool(weights: cache, logger: logger), logger: logger)
///     let summary = try await worker.work()
///
/// The streams compute on threads of their own; everything that waits is a task. The next shard is
/// leased and its images are read while the streams still compute. A coordinator that is away is
/// waited for; one that refuses the worker's token ends the worker.
package final class Worker: Service {
    let client: CoordinatorClient
    /// Heartbeats have connections of their own, so that no upload holds them up.
    let heart: CoordinatorClient
    let images: any ImageSource
    let options: WorkerOptions
    let loader: any EnsembleLoader
    let logger: Logger
    let departure = Departure()
    let held = HeldShards()
    let company = Company()
    let loading = LoadingClock()
    let tally: Tally
    let queue: PhotoQueue
    let marker: CrashMarker?

    /// A worker that does nothing until ``work()`` or ``run()``, one of which is called once.
    ///
    /// - Parameters:
    ///   - coordinator: Where work comes from.
    ///   - token: A worker's token.
    ///   - options: How it works.
    ///   - loader: Brings members into memory.
    ///   - images: Where images are looked for before the coordinator is asked.
    ///   - trust: How it and the coordinator prove to each other who they are.
    ///   - logger: Takes what an operator should know.
    ///   - progress: Told how many images are finished in all, from any thread; it must be quick.
    package init(
        _ coordinator: CoordinatorURL, token: BearerToken, options: WorkerOptions,
        loader: any EnsembleLoader, images: any ImageSource = DatasetReader(),
        trust: ClientTrust = ClientTrust(), logger: Logger,
        progress: (@Sendable (Int) -> Void)? = nil
    ) {
        var logger = logger
        logger[metadataKey: "worker"] = "\(options.name)"
        let reachability = ReachabilityLog(logger)
        client = CoordinatorClient(
            coordinator, token: token, retry: RetryPolicy(attempts: nil), trust: trust,
            notice: { reachability.note($0) })
        heart = CoordinatorClient(
            coordinator, token: token, retry: RetryPolicy(cap: .seconds(2), attempts: 3),
            trust: trust)
        self.images = images
        self.options = options
        self.loader = loader
        self.logger = logger
        tally = Tally(progress: progress)
        marker = options.stateFolder.flatMap {
            CrashMarker(in: $0, streams: options.streams, photos: options.batch)
        }
        queue = PhotoQueue(
            photos: options.readAheadPhotos, bytes: options.readAheadBytes,
            streams: options.streams)
    }

    /// What has been done so far.
    package var summary: WorkerSummary { tally.summary }

    /// Works as a service; see ``work()``.
    package func run() async throws { _ = try await work() }

    /// Works until there is nothing left (with ``WorkerOptions/once``) or it is told to leave.
    ///
    /// Told to leave means ``leave()``, a graceful shutdown of its service group, or, at once, the
    /// cancellation of its task. All of them return normally, after every shard has been delivered
    /// or handed back. Throws ``ClientError`` when the coordinator does not take the token, and
    /// ``LabellingError`` when a member cannot be loaded or run.
    package func work() async throws -> WorkerSummary {
        let (queue, loading, marker) = (queue, loading, marker)
        marker?.watchSignals()
        let threads = StreamThreads(options.streams) { stream in
            LabellingStream.run(on: queue, loading: loading, marker: marker, as: stream)
        }
        let result: Result<Void, any Error>
        do {
            try await withTaskCancellationHandler {
                try await withGracefulShutdownHandler {
                    async let _ = endGrace()
                    try await labelShards()
                } onGracefulShutdown: {
                    self.leave()
                }
            } onCancel: {
                self.leaveNow()
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        // Leased in the very moment of a cancellation, a shard may have found nobody to see to it.
        for job in held.all { await handBack(job.lease.ticket) }
        queue.close()
        await threads.ended()
        try result.get()
        return summary
    }

    /// Finishes the shards that are begun, if that takes no longer than the grace time, hands the
    /// others back, and ends.
    package func leave() { departure.advance(to: .leaving) }

    /// Hands every shard back at once, and ends.
    package func leaveNow() { departure.advance(to: .now) }

    /// Lets what is begun go on for the grace time.
    private func endGrace() async {
        await departure.reached(.leaving)
        try? await Task.sleep(for: options.grace)
        if !Task.isCancelled { departure.advance(to: .now) }
    }

    /// Leases shards one after the other, and sees each of them through.
    private func labelShards() async throws {
        let (jobs, feed) = AsyncStream.makeStream(of: ShardJob.self)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                defer { feed.finish() }
                _ = try await self.departure.unless(.leaving) {
                    try await self.reportDeaths()
                    try await self.leaseShards(feed)
                }
            }
            for await job in jobs {
                group.addTask {
                    defer {
                        self.marker?.drop(job.lease.ticket)
                        self.held.remove(job)
                    }
                    try await self.seeThrough(job)
                }
            }
        }
    }
}
