import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Labelling

@Suite("The queue of photos")
struct PhotoQueueTests {
    @Test("lets readers get ahead by a number of photos")
    func photos() async {
        let queue = PhotoQueue(photos: 2, bytes: 1000)
        await queue.reserve(bytes: 10)
        await queue.reserve(bytes: 10)
        await expectWait(queue, for: 10, until: { queue.release(bytes: 10) })
    }

    @Test("lets readers get ahead by a number of bytes")
    func bytes() async {
        let queue = PhotoQueue(photos: 10, bytes: 1000)
        await queue.reserve(bytes: 600)
        await queue.reserve(bytes: 400)
        await expectWait(queue, for: 1, until: { queue.release(bytes: 400) })
    }

    @Test("lets a photo pass that is larger than all the room, when it is alone")
    func large() async {
        let queue = PhotoQueue(photos: 10, bytes: 1000)
        await queue.reserve(bytes: .max)
        await expectWait(queue, for: 1, until: { queue.release(bytes: .max) })
    }

    @Test("gives room in the order in which it was asked for")
    func order() async {
        let queue = PhotoQueue(photos: 10, bytes: 1000)
        await queue.reserve(bytes: 900)
        // The second would fit at once, but must not overtake the first for ever.
        let first = Task { await queue.reserve(bytes: 500) }
        try? await Task.sleep(for: .milliseconds(50))
        await expectWait(queue, for: 100, until: { queue.release(bytes: 900) })
        await first.value
    }

    @Test("lets a stream run a partial batch only when no reader is at work")
    func partialBatch() async {
        let queue = PhotoQueue(photos: 10, bytes: 1000)
        queue.readerBegins()
        let order = Mutex<PhotoQueue.Order?>(nil)
        Thread.detachNewThread {
            let next = queue.next(holdsPhotos: true)
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

    @Test("sends streams away once it is closed")
    func closed() {
        let queue = PhotoQueue(photos: 10, bytes: 1000)
        queue.readerBegins()
        queue.close()
        guard case .runBatch = queue.next(holdsPhotos: true),
            case .leave = queue.next(holdsPhotos: false)
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
