import Foundation
import PipelineCore
import Synchronization
import TestSupport
import Testing

@testable import Labelling

@Suite("The queue of photos")
struct PhotoQueueTests {
    @Test("lets readers get ahead by a number of photos")
    func photos() async {
        let queue = PhotoQueue(photos: 2, bytes: 1000, streams: 2)
        await queue.reserve(bytes: 10)
        await queue.reserve(bytes: 10)
        await expectWait(queue, for: 10, until: { queue.release(bytes: 10) })
    }

    @Test("lets readers get ahead by a number of bytes")
    func bytes() async {
        let queue = PhotoQueue(photos: 10, bytes: 1000, streams: 2)
        await queue.reserve(bytes: 600)
        await queue.reserve(bytes: 400)
        await expectWait(queue, for: 1, until: { queue.release(bytes: 400) })
    }

    @Test("lets a photo pass that is larger than all the room, when it is alone")
    func large() async {
        let queue = PhotoQueue(photos: 10, bytes: 1000, streams: 2)
        await queue.reserve(bytes: .max)
        await expectWait(queue, for: 1, until: { queue.release(bytes: .max) })
    }

    @Test("gives room in the order in which it was asked for")
    func order() async {
        let queue = PhotoQueue(photos: 10, bytes: 1000, streams: 2)
        await queue.reserve(bytes: 900)
        // The second would fit at once, but must not overtake the first for ever.
        let first = Task { await queue.reserve(bytes: 500) }
        try? await Task.sleep(for: .milliseconds(50))
        await expectWait(queue, for: 100, until: { queue.release(bytes: 900) })
        await first.value
    }

    @Test("lets a stream run a partial batch only when no reader is at work")
    func partialBatch() async {
        let queue = PhotoQueue(photos: 10, bytes: 1000, streams: 2)
        queue.readerBegins()
        let order = Mutex<PhotoQueue.Order?>(nil)
        Thread.detachNewThread {
            let next = queue.next(holding: 1)
            order.withLock { $0 = next }
        }
        try? await Task.sleep(for: .milliseconds(50))
        #expect(order.withLock { $0 == nil })
        queue.readerEnds()
        #expect(await eventually { order.withLock { $0 != nil } })
        guard case .runBatch = order.withLock({ $0 }) else {
            Issue.record("the stream was not told to run its batch")
            return
        }
    }

    @Test("shares the last photos out among the streams")
    func rest() throws {
        let queue = PhotoQueue(photos: 10, bytes: 1000, streams: 2)
        let photo = Photo(job: try job(), row: 0, bytes: [], room: 0)
        for _ in 0..<8 { queue.push(photo) }
        var batches: [Int] = []
        while true {
            var count = 0
            while case .decode = queue.next(holding: count) { count += 1 }
            batches.append(count)
            if batches.reduce(0, +) == 8 { break }
        }
        #expect(batches == [4, 2, 1, 1])
    }

    @Test("hands out first what a shard waits for")
    func ahead() async throws {
        let queue = PhotoQueue(photos: 2, bytes: 10, streams: 1)
        let job = try job()
        for row in [1, 2] {
            await queue.reserve(bytes: 5)
            queue.push(Photo(job: job, row: row, bytes: [], room: 5))
        }
        queue.pushAhead(Photo(job: job, row: 0, bytes: [], room: 0))
        var rows: [Int] = []
        while rows.count < 3, case .decode(let photo) = queue.next(holding: 0) {
            rows.append(photo.row)
            queue.release(bytes: photo.room)
        }
        #expect(rows == [0, 1, 2])
        // All the room is there again.
        await queue.reserve(bytes: 10)
    }

    /// A shard of one image that nobody works on.
    private func job() throws -> ShardJob {
        let definition = PipelineDefinition.colours(shardSize: 1)
        let lease = Lease(
            run: try #require(RunID("r1")),
            shard: ShardRange(index: 0, firstRow: 0, count: 1, offset: 0, length: 1), epoch: 1,
            secret: "s", term: 60)
        let entry = ImageEntry(
            file: RelativePath(text: "a"), size: 0, sha256: SHA256Digest(of: []))
        let run = Run(
            id: lease.run, key: "k", state: .running, dataset: RelativePath(text: "d"),
            definition: definition, manifest: SHA256Digest(of: []), created: 0)
        return ShardJob(
            lease, of: run, entries: [entry],
            ensemble: try ColourEngine().load(definition, batch: 8), onFinishedRow: {},
            onChange: {})
    }

    @Test("sends streams away once it is closed")
    func closed() {
        let queue = PhotoQueue(photos: 10, bytes: 1000, streams: 2)
        queue.readerBegins()
        queue.close()
        guard case .runBatch = queue.next(holding: 1),
            case .leave = queue.next(holding: 0)
        else {
            Issue.record("a stream was left waiting")
            return
        }
    }

    /// Expects that nobody gets room for `bytes` before `release` is called.
    private func expectWait(
        _ queue: PhotoQueue, for bytes: Int, until release: () -> Void
    ) async {
        let (grants, grant) = AsyncStream.makeStream(of: ContinuousClock.Instant.self)
        let asking = Task {
            await queue.reserve(bytes: bytes)
            grant.yield(.now)
        }
        try? await Task.sleep(for: .milliseconds(50))
        let released = ContinuousClock.now
        release()
        await asking.value
        var iterator = grants.makeAsyncIterator()
        let granted = await iterator.next()
        #expect(granted.map { $0 >= released } == true)
    }
}
