import Foundation

/// The threads that the streams of a worker run on.
struct StreamThreads {
    private let count: Int
    private let ends: AsyncStream<Void>

    /// Starts `count` threads that each run `body` once, with their number from 0.
    init(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        for index in 0..<count {
            let thread = Thread {
                body(index)
                end.yield()
            }
            thread.name = "stream \(index)"
            thread.stackSize = 8 << 20
            thread.start()
        }
        self.count = count
        self.ends = ends
    }

    /// Waits until every thread has ended, even in a task that is cancelled.
    func ended() async {
        await Task { [count, ends] in
            var left = count
            var iterator = ends.makeAsyncIterator()
            while left > 0, await iterator.next() != nil { left -= 1 }
        }.value
    }
}
