import HTTPTypes
import HummingbirdTesting
import PipelineCore
import Storage
import TestSupport
import Testing

@testable import Coordination

@Suite("A sweep of results")
struct ResultSweepTests {
    @Test("removes those that lost, once no upload can be under way any more")
    func lost() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let run = try await caller.submit(manifest("a.jpg", "b.jpg", "c.jpg"))
            let slow = try await caller.lease()
            _ = try await caller.upload([1], for: slow)
            bench.clock.advance(by: .seconds(100))
            let (fast, other) = (try await caller.lease(as: "grace"), try await caller.lease())
            for (lease, bytes) in [(fast, [UInt8]([2])), (other, [3])] {
                _ = try await caller.upload(bytes, for: lease)
                #expect(try await caller.complete(lease, with: bytes).status == .ok)
            }
            #expect(try bench.objects.results(of: run.id).count == 3)

            var sweep = ResultSweep(parts: bench.parts)
            #expect(try await sweep.run() == 0)
            bench.clock.advance(by: ResultSweep.patience)
            #expect(try await sweep.run() == 0, "an upload may still be under way")
            bench.clock.advance(by: .seconds(1))
            #expect(try await sweep.run() == 1)
            #expect(
                try Set(bench.objects.results(of: run.id)) == [
                    .result(of: fast.ticket, SHA256Digest(of: [2])),
                    .result(of: other.ticket, SHA256Digest(of: [3])),
                ])
            #expect(try await sweep.run() == 0)
        }
    }

    @Test("leaves a run alone that is not done")
    func unfinished() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let run = try await caller.submit(manifest("a.jpg", "b.jpg", "c.jpg"))
            _ = try await caller.upload([1], for: try await caller.lease())

            var sweep = ResultSweep(parts: bench.parts)
            _ = try await sweep.run()
            bench.clock.advance(by: .seconds(100_000))
            #expect(try await sweep.run() == 0)
            #expect(try await bench.objects.removeOrphans(of: run.id, in: bench.store) == 0)
            #expect(try bench.objects.results(of: run.id).count == 1)
        }
    }
}
