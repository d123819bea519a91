import Foundation

/// Photos between the readers, which are tasks, and the streams, which are threads.
///
/// Readers are ahead of the streams, but only so far: each reserves room for a photo before it
/// reads, and the stream gives the room back once the photo is decoded. Streams block while the
/// queue is empty. All state is guarded by the condition, hence `@unchecked`.
final class PhotoQueue: @unchecked Sendable {
    /// What a stream is to do next.
    enum Order {
        case decode(Photo)
        /// No photo is on its way, or the others are for other streams: a batch need not wait.
        case runBatch
        case leave
    }

    private let maximumPhotos: Int
    private let maximumBytes: Int
    private let streams: Int

    private let condition = NSCondition()
    private var photos: [Photo] = []
    private var readers = 0
    private var reservedPhotos = 0
    private var reservedBytes = 0
    private var waiting: [(bytes: Int, continuation: CheckedContinuation<Void, Never>)] = []
    private var isClosed = false

    /// Keeps at most `photos` files, of `bytes` altogether, in memory; a single larger file passes
    /// when it is alone.
    ///
    /// `streams` share them.
    init(photos: Int, bytes: Int, streams: Int) {
        maximumPhotos = max(1, photos)
        maximumBytes = bytes
        self.streams = streams
    }

    /// The next thing to do, for a stream that holds `count` decoded photos.
    ///
    /// The last photos are shared out: a stream that took a whole batch of them would be at work
    /// while the others have nothing left to do.
    func next(holding count: Int) -> Order {
        condition.lock()
        defer { condition.unlock() }
        while true {
            let isRest = readers == 0 || isClosed
            if isRest, count > 0, count * streams >= count + photos.count { return .runBatch }
            if !photos.isEmpty { return .decode(photos.removeFirst()) }
            if isClosed { return .leave }
            condition.wait()
        }
    }

    /// Adds a photo that room was reserved for.
    func push(_ photo: Photo) {
        locked { photos.append(photo) }
        condition.signal()
    }

    /// Puts a photo that takes no room before all others: one that a whole shard waits for.
    func pushAhead(_ photo: Photo) {
        locked {
            reservedPhotos += 1
            photos.insert(photo, at: 0)
        }
        condition.signal()
    }

    /// No photo will follow; streams leave once the queue is empty.
    func close() {
        locked { isClosed = true }
        condition.broadcast()
    }

    /// Notes a reader at work, for which partial batches wait.
    func readerBegins() { locked { readers += 1 } }

    /// Notes that a reader has nothing left to read.
    func readerEnds() {
        locked { readers -= 1 }
        condition.broadcast()
    }

    /// Waits until there is room for a file of `bytes`, and takes it; first come, first served.
    func reserve(bytes: Int) async {
        await withCheckedContinuation { continuation in
            locked { waiting.append((bytes, continuation)) }
            grant()
        }
    }

    /// Gives back the room of a file of `bytes`.
    func release(bytes: Int) {
        locked {
            reservedPhotos -= 1
            reservedBytes -= bytes
        }
        grant()
    }

    private func grant() {
        let granted = locked {
            var granted: [CheckedContinuation<Void, Never>] = []
            while let first = waiting.first, hasRoom(for: first.bytes) {
                reservedPhotos += 1
                reservedBytes += first.bytes
                granted.append(first.continuation)
                waiting.removeFirst()
            }
            return granted
        }
        for continuation in granted { continuation.resume() }
    }

    private func hasRoom(for bytes: Int) -> Bool {
        let (total, overflow) = reservedBytes.addingReportingOverflow(bytes)
        return reservedPhotos == 0
            || (reservedPhotos < maximumPhotos && !overflow && total <= maximumBytes)
    }

    private func locked<T>(_ body: () -> T) -> T {
        condition.lock()
        defer { condition.unlock() }
        return body()
    }
}
