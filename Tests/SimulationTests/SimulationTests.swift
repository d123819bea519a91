import Foundation
import GRDB
import PipelineCore
import Synchronization
import TestSupport
import Testing

@testable import Storage

/// Thousands of stories of workers that die, stall, repeat themselves, come back late and are
/// misunderstood, each from one seed.
///
/// `make simulate SEEDS=1..100000` plays as many as one likes.
@Suite("Whatever happens, a job store")
struct SimulationTests {
    /// The seeds to play: `SIMULATION_SEEDS=from..to`, or those of every test run.
    static let seeds: ClosedRange<UInt64> = {
        let text = ProcessInfo.processInfo.environment["SIMULATION_SEEDS"] ?? ""
        let ends = text.split(separator: "..").compactMap { UInt64($0) }
        guard ends.count == 2, ends[0] <= ends[1] else { return 1...2500 }
        return ends[0]...ends[1]
    }()

    @Test("keeps its promises, in memory")
    func memory() async throws {
        for seed in Self.seeds {
            var world = World(Plan(seed: seed), store: MemoryJobStore())
            try await world.play()
            // Other suites measure time, and want the processor now and then.
            await Task.yield()
        }
        print("simulated seeds \(Self.seeds.lowerBound)..\(Self.seeds.upperBound): none broken")
    }

    @Test("keeps its promises on disk, through restarts, and tells the same story as in memory")
    func disk() async throws {
        for seed in Self.seeds.prefix(25) {
            let folder = TemporaryFolder()
            let disk = Disk(path: folder.file("jobs.db"))
            let plan = Plan(seed: seed)
            var world = World(plan, store: try disk.open(at: Tick(nanoseconds: 0))) {
                try disk.open(at: $0)
            }
            try await world.play()
            await Task.yield()
            guard plan.restarts == 0 else { continue }
            var twin = World(plan, store: MemoryJobStore())
            try await twin.play()
            #expect(world.trace == twin.trace, "seed \(seed)")
        }
    }

    @Test("is played again word for word from the same seed", arguments: [7, 1234] as [UInt64])
    func replay(seed: UInt64) async throws {
        var first = World(Plan(seed: seed), store: MemoryJobStore())
        var second = World(Plan(seed: seed), store: MemoryJobStore())
        try await first.play()
        try await second.play()
        #expect(first.trace == second.trace)
        #expect(first.trace.count > 3)
    }
}

/// A store on disk that is opened again and again, as by a coordinator that is killed.
private final class Disk: Sendable {
    let path: String
    private let present = Mutex<SQLiteJobStore?>(nil)

    init(path: String) { self.path = path }

    func open(at now: Tick) throws -> any JobStore {
        try present.withLock { store in
            try store?.close()
            let opened = try SQLiteJobStore(path: path, now: now, term: .seconds(30))
            // Thousands of commits: this suite is about what they say, others about the disk.
            try opened.pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = OFF")
            }
            store = opened
            return opened
        }
    }
}
