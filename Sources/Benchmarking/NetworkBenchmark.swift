import Foundation
package import Inference
import Networks
import Synchronization

/// Measures how many images a second a network classifies, one stream a core.
package struct NetworkBenchmark: Sendable {
    /// The figures of one network in one arithmetic.
    package struct Figures: Sendable, Codable {
        /// Images a second of all streams together; the median of the repeats.
        package var imagesPerSecond: Double
        /// Milliseconds of one stream an image.
        package var milliseconds: Double
        /// 10^9 operations a second, a multiply-add counting two.
        package var gigaoperationsPerSecond: Double
        /// The share of what the cores could do if nothing had to be fetched; 0...1.
        package var shareOfLimit: Double
        /// Bytes of memory that each stream needs for itself.
        package var streamBytes: Int
    }

    private let compiled: CompiledNetwork
    private let multiplyAdds: Int
    private let element: Element

    /// Prepares `subject` in `element`, for `batch` images at a time.
    ///
    /// Ranges for u8 are taken from random images: they tell of speed, not of labels. Throws
    /// `InferenceError`.
    package init(_ subject: BenchmarkCase, element: Element, batch: Int) throws {
        let arithmetic = try Self.arithmetic(subject, element: element)
        compiled = try CompiledNetwork(
            subject.network, subject.checkpoint, batch: batch, arithmetic: arithmetic)
        multiplyAdds = subject.network.multiplyAdds
        self.element = element
    }

    /// What `element` takes for `subject`: ranges of random images, where it is u8.
    package static func arithmetic(
        _ subject: BenchmarkCase, element: Element
    ) throws -> Arithmetic {
        var arithmetic = Arithmetic(element: element)
        if element == .u8 {
            let plain = try CompiledNetwork(
                subject.network, subject.checkpoint, batch: 1, inBlocks: false)
            let session = try InferenceSession(plain, in: Workspace(for: [plain]))
            fill(session.input)
            var recorder = RangeRecorder()
            recorder.widen(by: session, count: 1)
            recorder.count(session, count: 1)
            arithmetic.ranges = recorder.ranges
        }
        return arithmetic
    }

    /// Runs for `seconds` as often as `repeats` says, with as many streams; nil without memory.
    package func run(
        streams: Int, seconds: Double, repeats: Int, limit: Double
    ) throws -> Figures {
        let rates = try (0..<max(repeats, 1)).map { _ in
            try measured(streams: streams, seconds: seconds)
        }.sorted()
        let rate = rates[rates.count / 2]
        let operations = rate * 2 * Double(multiplyAdds)
        return Figures(
            imagesPerSecond: rate, milliseconds: 1000 * Double(streams) / rate,
            gigaoperationsPerSecond: operations / 1e9,
            shareOfLimit: operations / (limit * Double(streams)),
            streamBytes: compiled.workspaceBytes
                + compiled.batch * compiled.input.count * MemoryLayout<Float>.stride)
    }

    /// Images a second over one run.
    private func measured(streams: Int, seconds: Double) throws -> Double {
        let done = Atomic(0)
        let ready = DispatchGroup()
        let finished = DispatchGroup()
        let gate = DispatchSemaphore(value: 0)
        let failure = Mutex<(any Error)?>(nil)
        let compiled = compiled
        let deadline = Mutex(ContinuousClock.now)
        for _ in 0..<streams {
            ready.enter()
            finished.enter()
            let thread = Thread {
                defer { finished.leave() }
                do {
                    let session = try InferenceSession(compiled, in: Workspace(for: [compiled]))
                    Self.fill(session.input)
                    _ = session.run(count: compiled.batch)
                    ready.leave()
                    gate.wait()
                    let end = deadline.withLock { $0 }
                    while ContinuousClock.now < end {
                        _ = session.run(count: compiled.batch)
                        done.add(compiled.batch, ordering: .relaxed)
                    }
                } catch {
                    failure.withLock { $0 = error }
                    ready.leave()
                }
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        ready.wait()
        let start = ContinuousClock.now
        deadline.withLock { $0 = start + .seconds(seconds) }
        for _ in 0..<streams { gate.signal() }
        finished.wait()
        if let error = failure.withLock({ $0 }) { throw error }
        return Double(done.load(ordering: .relaxed)) / (start.duration(to: .now) / .seconds(1))
    }

    /// Fills a batch with numbers as images have them.
    private static func fill(_ input: UnsafeMutableBufferPointer<Float>) {
        var generator = SystemRandomNumberGenerator()
        for index in input.indices { input[index] = Float.random(in: -2...2, using: &generator) }
    }
}
