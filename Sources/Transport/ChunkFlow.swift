import Synchronization

/// Pieces of an answer on their way from the transfer's thread to a task that may be slower.
///
/// The transfer asks ``offer(_:)`` before it gives a piece away; where too much waits already it
/// pauses, and is woken once the reader has caught up.
final class ChunkFlow: Sendable {
    /// More bytes than this wait for the reader only when one piece alone is larger.
    static let capacity = 256 << 10

    private struct State {
        var waiting = 0
        var isPaused = false
        var head: HTTPResponse?
    }

    /// What the reader walks over; it ends with the transfer.
    let chunks: AsyncStream<[UInt8]>
    private let feed: AsyncStream<[UInt8]>.Continuation
    private let state = Mutex(State())

    init() {
        (chunks, feed) = AsyncStream.makeStream(of: [UInt8].self)
    }

    /// Status and headers of the answer, known before the first piece is.
    var head: HTTPResponse? { state.withLock(\.head) }

    /// Tells whose pieces will follow; called once before them.
    func begin(_ head: HTTPResponse) {
        state.withLock { $0.head = $0.head ?? head }
    }

    /// Takes a piece; false when the transfer has to pause and offer it again.
    func offer(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let isTaken = state.withLock { state in
            guard state.waiting == 0 || state.waiting + bytes.count <= Self.capacity else {
                state.isPaused = true
                return false
            }
            state.waiting += bytes.count
            return true
        }
        if isTaken { feed.yield(Array(bytes)) }
        return isTaken
    }

    /// The reader is done with `count` bytes; true when the transfer paused and should go on.
    func consumed(_ count: Int) -> Bool {
        state.withLock { state in
            state.waiting -= count
            let resumes = state.isPaused && state.waiting <= Self.capacity / 2
            if resumes { state.isPaused = false }
            return resumes
        }
    }

    /// No piece will follow.
    func finish() { feed.finish() }
}
