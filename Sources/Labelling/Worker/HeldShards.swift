import PipelineCore
import Synchronization

/// The shards that a worker holds, and when it may ask for another.
final class HeldShards: Sendable {
    /// Shards that are computed but not delivered, or wait for what others compute; with more, the
    /// coordinator is too slow for us, or the others are.
    private static let maximumUndelivered = 3

    private let jobs = Mutex<[ObjectIdentifier: ShardJob]>([:])
    private let changes: AsyncStream<Void>
    private let change: AsyncStream<Void>.Continuation

    init() {
        (changes, change) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func add(_ job: ShardJob) { jobs.withLock { $0[ObjectIdentifier(job)] = job } }

    func remove(_ job: ShardJob) {
        jobs.withLock { $0[ObjectIdentifier(job)] = nil }
        changed()
    }

    /// Lets whoever waits look again.
    func changed() { change.yield() }

    /// The shards, in no order.
    var all: [ShardJob] { jobs.withLock { Array($0.values) } }

    var isEmpty: Bool { jobs.withLock(\.isEmpty) }

    /// Waits until the streams are about to run out of photos; false if cancelled before.
    ///
    /// That is when every row is with a reader, fewer than `lowWater` are unfinished, and results
    /// find their way out. One task may wait at a time.
    func waitForDemand(below lowWater: Int) async -> Bool {
        await wait { jobs in
            jobs.allSatisfy { !$0.isBeingRead }
                && jobs.reduce(0) { $0 + $1.unfinished } < lowWater
                && jobs.count { !$0.isOpen || $0.isWaiting } < Self.maximumUndelivered
        }
    }

    /// Waits until nothing is held; false if cancelled before.
    func waitUntilEmpty() async -> Bool { await wait(until: \.isEmpty) }

    private func wait(until condition: ([ShardJob]) -> Bool) async -> Bool {
        var iterator = changes.makeAsyncIterator()
        while !Task.isCancelled {
            if condition(all) { return true }
            guard await iterator.next() != nil else { return false }
        }
        return false
    }
}
