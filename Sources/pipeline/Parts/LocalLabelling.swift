import Labelling
import Logging
import PipelineCore
import Reporting
import Synchronization
import Weights

/// Labels a dataset in this process: a worker beside an embedded coordinator.
struct LocalLabelling: Sendable {
    /// Where the members' weights are.
    let weights: WeightCache
    /// How the worker works; it leaves when nothing is left.
    let options: WorkerOptions
    /// Whether logits are taken from what was labelled before.
    let ledger: Bool
    /// Reads images, wherever they are.
    let images: any ImageSource
    let interrupts: Interrupts

    /// Labels what is not labelled yet, and gives the finished run and what it took.
    ///
    /// The latter is nil where everything was done before. Throws ``Interruption`` when the process
    /// was asked to end; what was done by then is kept.
    func label(
        _ dataset: ListedDataset, in jobs: JobFolder
    ) async throws -> (Run, LabellingFacts?) {
        try await EmbeddedCoordinator.with(jobs) { coordinator in
            let run = try await dataset.submit(
                to: coordinator.client(coordinator.submitterToken), ledger: ledger)
            guard run.state != .done else { return (run, nil) }
            let before = run.counts.labelled + run.counts.failed
            if before > 0 {
                Console.shared.note(
                    "resuming: \(before) of \(counted(run.counts.images, "image")) done before")
            }
            var summaries = [try await work(for: coordinator, on: run, in: jobs)]
            var after = try await jobs.store.run(run.id)
            while try await outlastsLease(of: after, in: jobs) {
                summaries.append(try await work(for: coordinator, on: after, in: jobs))
                after = try await jobs.store.run(run.id)
            }
            guard after.state == .done else { throw stopped(after) }
            return (after, LabellingFacts(summaries))
        }
    }

    /// Waits for the leases that a run still has after this process's worker left, and tells
    /// whether there was one and there is more to do.
    ///
    /// A process that was killed in the moment it was granted a shard leaves no trace of it but the
    /// lease, which has to run out. Nobody else works in a job folder, since it is locked.
    private func outlastsLease(of run: Run, in jobs: JobFolder) async throws -> Bool {
        guard run.state == .running, run.counts.shardsLeased > 0 else { return false }
        Console.shared.note("waiting for a shard that an ended process was granted")
        while interrupts.signal == nil {
            try await Task.sleep(for: .milliseconds(500))
            if try await jobs.store.run(run.id).counts.shardsLeased == 0 { return true }
        }
        return false
    }

    /// Lets a worker work until nothing is left or the process is asked to end.
    private func work(
        for coordinator: EmbeddedCoordinator, on run: Run, in jobs: JobFolder
    ) async throws -> WorkerSummary {
        let finished = FinishedImages()
        let logger = consoleLogger("worker", level: .warning)
        let worker = Worker(
            coordinator.url, token: coordinator.workerToken, options: options,
            loader: ModelPool(
                weights: weights, models: { try AddedModels().shelf() },
                version: programVersion, logger: logger),
            images: images, logger: logger,
            progress: { finished.count = $0 })
        interrupts.onFirst { _ in
            Console.shared.note("finishing what has begun; Ctrl-C again leaves at once")
            worker.leave()
        }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await show(finished, of: run, in: jobs) }
            defer { group.cancelAll() }
            do {
                return try await worker.work()
            } catch ClientError.quarantined {
                throw try await brokenMachine(in: jobs)
            }
        }
    }

    /// What to say where this machine has found other logits for the test image than before.
    private func brokenMachine(in jobs: JobFolder) async throws -> Failure {
        let reason = try await jobs.store.quarantinedWorkers().first?.reason
        return Failure(
            .fault, "this machine does not compute the same all the time: \(reason ?? "unknown")",
            hint: "have its memory and its processor tested; the same command computes again what "
                + "cannot be trusted")
    }

    /// Shows how far the run is, until its task is cancelled.
    private func show(
        _ finished: FinishedImages, of run: Run, in jobs: JobFolder
    ) async throws {
        let before = run.counts.labelled + run.counts.failed
        var display = ProgressDisplay()
        var meter = RateMeter()
        defer { display.end() }
        while !Task.isCancelled {
            let done = finished.count
            meter.note(done)
            let failed = try await jobs.store.run(run.id).counts.failed
            var line = ProgressLine(
                labelled: before + done - failed, failed: failed, total: run.counts.images)
            line.imagesPerSecond = meter.rate
            if let rate = meter.rate, rate > 0 {
                line.secondsLeft = Double(max(0, run.counts.images - before - done)) / rate
            }
            display.update(line)
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    private func stopped(_ run: Run) -> any Error {
        let counts = run.counts
        let done =
            "\(counts.labelled + counts.failed) of \(counted(counts.images, "image")) are done"
        if let words = run.hold {
            return Failure(
                .notPermitted, "\(words): \(done)", hint: "then run the same command again to go on"
            )
        }
        guard let signal = interrupts.signal else {
            return Failure(
                .fault, "the worker of this process left early: \(done)",
                hint: "run the same command again to go on")
        }
        return Interruption(
            signal: signal, message: "stopped: \(done); run the same command again to resume")
    }
}

/// How many images the worker has finished, told from any thread.
private final class FinishedImages: Sendable {
    private let value = Atomic<Int>(0)

    var count: Int {
        get { value.load(ordering: .relaxed) }
        set { value.store(newValue, ordering: .relaxed) }
    }
}

/// What it took to label a dataset.
struct LabellingFacts {
    let timing: RunSummary.Timing
    let reuse: RunSummary.Reuse

    /// The work of workers that worked one after the other.
    init(_ summaries: [WorkerSummary]) {
        let sum = { (part: KeyPath<WorkerSummary, Int>) in
            summaries.reduce(0) { $0 + $1[keyPath: part] }
        }
        timing = RunSummary.Timing(
            images: sum(\.computed), seconds: summaries.reduce(0) { $0 + $1.seconds },
            loading: summaries.reduce(0) { $0 + $1.loadingSeconds })
        reuse = RunSummary.Reuse(
            computed: sum(\.computed), reused: sum(\.images) - sum(\.computed))
    }
}
