/// What all runs of a store come to.
package struct RunTotals: Sendable, Hashable {
    /// How many runs stand where; states that no run is in are missing.
    package var states: [RunState: Int]
    /// Their shards and images.
    package var counts: RunCounts

    /// Names every field.
    package init(states: [RunState: Int] = [:], counts: RunCounts = RunCounts()) {
        self.states = states
        self.counts = counts
    }

    /// Adds `runs` runs of one state, with their shards and images.
    package mutating func add(_ runs: Int, _ state: RunState, _ more: RunCounts) {
        states[state, default: 0] += runs
        counts.shards += more.shards
        counts.shardsDone += more.shardsDone
        counts.shardsLeased += more.shardsLeased
        counts.shardsFailed += more.shardsFailed
        counts.quarantined += more.quarantined
        counts.images += more.images
        counts.labelled += more.labelled
        counts.failed += more.failed
    }
}
