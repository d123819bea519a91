import Foundation
import Logging
import PipelineCore

extension Worker {
    /// Reads of one shard that are under way at a time, so that a far disk or host is kept busy.
    private static let readers = 4

    /// Sees a shard through to its delivery, or hands it back; throws what ends the worker.
    func seeThrough(_ job: ShardJob) async throws {
        try await withTaskCancellationHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                // Told before any image is touched: a silence after it is taken for a death at work.
                let isAlone = job.lease.alone == true
                let declaration = Task {
                    if await self.company.enter(alone: isAlone) {
                        await self.declare(job)
                        return true
                    }
                    return false
                }
                group.addTask {
                    guard let error = await self.beat(for: job.lease, progress: { job.progress })
                    else { return }
                    job.settle(self.fate(after: error))
                }
                group.addTask { await self.heedDeparture(job) }
                group.addTask { await self.awaitOthers(job) }
                for _ in 0..<Self.readers {
                    group.addTask {
                        guard await declaration.value else { return }
                        self.queue.readerBegins()
                        await self.readImages(of: job)
                    }
                }
                defer {
                    declaration.cancel()
                    group.cancelAll()
                }
                let fate = await job.fate()
                declaration.cancel()
                let hasEntered = await declaration.value
                // Until its result is counted, a death would accuse it.
                defer { if hasEntered { company.leave(alone: isAlone) } }
                try await end(job, as: fate)
            }
        } onCancel: {
            job.settle(.leaving)
        }
    }

    private func end(_ job: ShardJob, as fate: ShardJob.Fate) async throws {
        let ticket = job.lease.ticket
        switch fate {
        case .finished:
            try await deliver(job)
        case .stale:
            logger.info("another worker has taken a shard over; it is dropped", metadata: job.names)
        case .leaving:
            await handBack(ticket)
            logger.info("handed a shard back", metadata: job.names)
        case .held(let words):
            await handBack(ticket, hold: words)
            logger.error("the run is held: \(words)", metadata: job.names)
        case .refused(let words):
            await handBack(ticket, failure: words)
            logger.error("a shard failed: \(words)", metadata: job.names)
        case .broken(let error):
            await handBack(ticket, failure: "\(error)")
            throw error
        }
    }

    /// Reads images ahead of the streams, until none is left or the shard's fate is decided.
    private func readImages(of job: ShardJob) async {
        while true {
            await readRows(of: job)
            // While it waits, partial batches need not wait for it.
            queue.readerEnds()
            guard await job.hasMoreRows() else { return }
            queue.readerBegins()
        }
    }

    private func readRows(of job: ShardJob) async {
        let fetcher = ImageFetcher(local: images, coordinator: client)
        while let row = job.nextRow() {
            if row == job.canaryRow {
                queue.pushAhead(Photo(job: job, row: row, bytes: CanaryImage.file, room: 0))
                continue
            }
            let size = job.entries[row].room
            await queue.reserve(bytes: size)
            var isPassedOn = false
            defer { if !isPassedOn { queue.release(bytes: size) } }
            guard job.isOpen else { return }
            do {
                switch try await fetcher.bytes(ofRow: row, in: job) {
                case .success(let bytes):
                    queue.push(Photo(job: job, row: row, bytes: bytes, room: size))
                    isPassedOn = true
                case .failure(let failure):
                    try job.fail(row, failure)
                }
            } catch let error as ClientError {
                job.settle(fate(after: error))
            } catch ImageSourceError.held(let words) {
                job.settle(.held(words))
            } catch {
                job.settle(.broken(error))
            }
        }
    }

    /// Tells the coordinator that images are about to be in hand; without an answer the work goes on.
    private func declare(_ job: ShardJob) async {
        do throws(ClientError) {
            try await heart.renew(Renewal(ticket: job.lease.ticket, progress: 0, begun: true))
        } catch  where error.isTransient || error == .cancelled {
            logger.debug("the beginning of a shard could not be told", metadata: job.names)
        } catch {
            job.settle(fate(after: error))
        }
    }

    /// What a coordinator's answer makes of a shard.
    func fate(after error: ClientError) -> ShardJob.Fate {
        if error.isStaleLease || error.hasCode("unknown-run") { return .stale }
        if error.isFinal { return .broken(error) }
        if error == .cancelled { return .leaving }
        return .refused(error.description)
    }

    /// Lets go of a shard when the worker leaves: at once if no stream has begun it, else when the
    /// grace time is over.
    private func heedDeparture(_ job: ShardJob) async {
        await departure.reached(.leaving)
        if departure.stage >= .leaving { job.settle(.leaving, unlessStarted: true) }
        await departure.reached(.now)
        if departure.stage >= .now { job.settle(.leaving) }
    }
}

extension ImageEntry {
    /// How much memory its bytes are expected to take: for images whose size nobody knows, that of
    /// a large photo.
    fileprivate var room: Int { size == 0 && isRemote ? 4 << 20 : size }
}

extension ShardJob {
    /// What a log line calls it.
    var names: Logger.Metadata {
        ["run": "\(lease.run)", "shard": "\(lease.shard.index)", "epoch": "\(lease.epoch)"]
    }
}
