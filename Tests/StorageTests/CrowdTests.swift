import PipelineCore
import TestSupport
import Testing

@Suite("Many workers at once")
struct CrowdTests {
    let folder = TemporaryFolder()
    let clock = ManualClock()

    @Test("complete every shard exactly once", arguments: StoreKind.allCases)
    func crowd(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 500, clock: clock)
        let leased = try await withThrowingTaskGroup(of: [Int].self) { group in
            for worker in 0..<64 {
                group.addTask {
                    var shards: [Int] = []
                    while let lease = try await store.lease(to: "worker \(worker)", by: clock) {
                        let result = ShardResult.sample("\(lease.shard.index)")
                        try await store.renew(
                            lease.ticket, progress: 5, for: .seconds(60), at: clock.now())
                        #expect(
                            try await store.complete(lease.ticket, with: result) == .committed)
                        shards.append(lease.shard.index)
                    }
                    return shards
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let run = try await store.run(Run.sample("r1").id)

        #expect(leased.sorted() == Array(0..<500))
        #expect(run.state == .done)
        #expect(run.counts.shardsDone == 500)
        #expect(run.counts.labelled == 5000)
        let ended = try await store.endedShards(of: run.id, from: 0, limit: 1000)
        #expect(ended.map(\.epoch) == Array(repeating: 1, count: 500))
    }
}
