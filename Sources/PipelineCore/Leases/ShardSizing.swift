/// How many images a worker gets at a time, where a run's definition leaves it open.
///
/// A shard is to take about a minute, so that a death loses little and asking costs little. Towards
/// the end shards become smaller, so that all workers finish together (Polychronopoulos and Kuck,
/// "Guided Self-Scheduling", IEEE Transactions on Computers C-36, 1987). No manifest depends on it.
package struct ShardSizing: Sendable, Hashable {
    /// What the worker would finish in a minute.
    package var aim: Int
    /// How many workers share what is left; at least 1.
    package var workers: Int

    /// The most images of a shard: manifests are cut into blocks of as many.
    package static let largest = 4096
    /// The fewest, unless no more wait together.
    package static let smallest = 16
    /// What a worker gets whose speed is not known yet.
    package static let unmeasured = 64

    /// The size for a worker that finishes `rate` images a second, or nobody knows how many.
    package init(imagesPerSecond rate: Double? = nil, workers: Int = 1) {
        let minute = rate.map { ($0 * 60).rounded() } ?? Double(Self.unmeasured)
        aim = Int(min(max(minute, Double(Self.smallest)), Double(Self.largest)))
        self.workers = max(1, workers)
    }

    /// The images of the next shard, when `left` of its run are not finished: half a worker's share.
    package func images(left: Int) -> Int {
        min(aim, max(Self.smallest, left / (2 * workers)))
    }
}
