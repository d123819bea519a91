import PipelineCore
import Synchronization

/// A ledger in memory, whose logits are three bytes and the image's first.
final class SampleLedger: PredictionLedger {
    private let recorded = Mutex<[CountedResult]>([])
    private let forgotten = Mutex<[Int]>([])
    private let error = Mutex<LedgerError?>(nil)
    private let refused = Mutex(0)

    /// The results that were entered, in order.
    var results: [CountedResult] { recorded.withLock { $0 } }
    /// The moments that it was pruned by.
    var prunings: [Int] { forgotten.withLock { $0 } }

    /// How many calls have failed.
    var refusals: Int { refused.withLock { $0 } }

    /// Fails every call from now on.
    func fail(_ failure: LedgerError?) { error.withLock { $0 = failure } }

    static func logits(_ image: SHA256Digest) -> [UInt8] { [0, 0, 0, image.bytes[0]] }

    func record(_ result: CountedResult) throws -> Int {
        try check()
        recorded.withLock { $0.append(result) }
        return result.images.count
    }

    func find(
        _ images: [SHA256Digest], by recipes: [SHA256Digest], limit bytes: Int
    ) throws -> [Knowledge] {
        try check()
        let known = Set(results.flatMap(\.images).compactMap(\.self))
        return images.map { image in
            .logits(recipes.map { _ in known.contains(image) ? Self.logits(image) : nil })
        }
    }

    func statistics() throws -> LedgerStatistics {
        try check()
        return LedgerStatistics(images: 7, recipes: 2, results: 1, bytes: 4096)
    }

    func prune(unusedSince moment: Int) throws -> Int {
        try check()
        forgotten.withLock { $0.append(moment) }
        return 3
    }

    func forget(_ results: [ObjectKey]) throws -> Int {
        try check()
        return recorded.withLock { recorded in
            let count = recorded.count
            recorded.removeAll { results.contains($0.key) }
            return count - recorded.count
        }
    }

    func results(of run: RunID) throws -> Set<ObjectKey> {
        Set(results.filter { $0.run.id == run }.map(\.key))
    }

    private func check() throws {
        guard let error = error.withLock({ $0 }) else { return }
        refused.withLock { $0 += 1 }
        throw error
    }
}
