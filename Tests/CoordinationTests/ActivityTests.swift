import HTTPTypes
import HummingbirdTesting
import PipelineCore
import TestSupport
import Testing

@testable import Coordination

@Suite("What is told of the work")
struct ActivityTests {
    let clock = ManualClock(seconds: 100)
    let meter = ProgressMeter()
    let roster = WorkerRoster()
    let run = Run.sample("r1").id

    func ticket(_ shard: Int, epoch: Int = 1) -> LeaseTicket {
        LeaseTicket(run: run, shard: shard, epoch: epoch, secret: "s")
    }

    func rate() async -> Double? { await meter.rate(of: run, at: clock.now()) }

    @Test("is no speed before the first measure")
    func unknown() async {
        #expect(await rate() == nil)
        await meter.leased(ticket(0), at: clock.now())
        clock.advance(by: .seconds(5))
        #expect(await rate() == nil)
    }

    @Test("is images over the time since work began, at first")
    func beginning() async {
        await meter.leased(ticket(0), at: clock.now())
        clock.advance(by: .seconds(10))
        await meter.reached(30, of: ticket(0), at: clock.now())
        #expect(await rate() == 3)
        clock.advance(by: .seconds(10))
        await meter.finished(64, of: ticket(0), at: clock.now())
        #expect(await rate() == 3.2)
    }

    @Test("is images over the last minute, later")
    func steady() async {
        for shard in 0..<40 {
            await meter.leased(ticket(shard), at: clock.now())
            clock.advance(by: .seconds(10))
            await meter.finished(50, of: ticket(shard), at: clock.now())
        }
        #expect(await rate() == 5)
        clock.advance(by: .seconds(30))
        #expect(await rate() == 2.5)
        clock.advance(by: .seconds(60))
        #expect(await rate() == 0)
    }

    @Test("counts no image twice within a lease, and does not count backwards")
    func monotony() async {
        await meter.leased(ticket(0), at: clock.now())
        clock.advance(by: .seconds(10))
        for images in [10, 10, 4, 20] {
            await meter.reached(images, of: ticket(0), at: clock.now())
        }
        #expect(await rate() == 2.6)
    }

    @Test("counts a shard that is done over as the work it is")
    func repetition() async {
        await meter.leased(ticket(0), at: clock.now())
        clock.advance(by: .seconds(5))
        await meter.reached(10, of: ticket(0), at: clock.now())
        await meter.leased(ticket(0, epoch: 2), at: clock.now())
        clock.advance(by: .seconds(5))
        await meter.finished(10, of: ticket(0, epoch: 2), at: clock.now())
        #expect(await rate() == 2)
    }

    @Test("forgets a pause")
    func pause() async {
        await meter.leased(ticket(0), at: clock.now())
        clock.advance(by: .seconds(1))
        await meter.finished(10, of: ticket(0), at: clock.now())
        clock.advance(by: .seconds(3600))
        await meter.leased(ticket(1), at: clock.now())
        clock.advance(by: .seconds(10))
        await meter.finished(100, of: ticket(1), at: clock.now())
        #expect(await rate() == 10)
    }

    @Test("takes the first word of a lease from before a restart for no speed")
    func restart() async {
        await meter.reached(1000, of: ticket(0), at: clock.now())
        clock.advance(by: .seconds(10))
        await meter.reached(1020, of: ticket(0), at: clock.now())
        #expect(await rate() == 2)
    }

    @Test("names the workers of the last hour")
    func workers() async {
        await roster.saw("grace", version: "1.0", at: clock.now())
        clock.advance(by: .seconds(1800))
        await roster.saw("ada", version: "1.1", images: 5, at: clock.now())
        await roster.saw("ada", images: 5, at: clock.now())
        clock.advance(by: .seconds(60))
        #expect(
            await roster.statuses(at: clock.now()) == [
                WorkerStatus(name: "ada", version: "1.1", silence: 60, images: 10),
                WorkerStatus(name: "grace", version: "1.0", silence: 1860, images: 0),
            ])
        clock.advance(by: .seconds(3000))
        #expect(await roster.statuses(at: clock.now()).map(\.name) == ["ada"])
    }

    @Test("lists of many workers those that are there, and the latest hundred")
    func crowd() async {
        for number in 0..<300 {
            await roster.saw("old\(number)", version: "1.0", at: clock.now())
            clock.advance(by: .seconds(1))
        }
        #expect(await roster.statuses(at: clock.now()).count == 100)
        clock.advance(by: .seconds(60))
        for number in 0..<300 {
            await roster.saw("new\(number)", version: "1.0", at: clock.now())
        }
        let names = await roster.statuses(at: clock.now()).map(\.name)
        #expect(names.count == 300 && names.allSatisfy { $0.hasPrefix("new") })
    }

    @Test("knows the holder of a shard's latest lease alone")
    func holder() async {
        await roster.leased(ticket(0), to: "ada")
        await roster.leased(ticket(0, epoch: 2), to: "grace")
        #expect(await roster.holder(of: ticket(0)) == nil)
        #expect(await roster.holder(of: ticket(0, epoch: 2)) == "grace")
        await roster.settled(ticket(0))
        #expect(await roster.holder(of: ticket(0, epoch: 2)) == "grace")
        await roster.settled(ticket(0, epoch: 2))
        #expect(await roster.holder(of: ticket(0, epoch: 2)) == nil)
    }

    @Test("names a worker that a restart has forgotten")
    func afterRestart() async throws {
        let bench = try await Bench()
        let lease = try await bench.test { caller in
            _ = try await caller.submit(manifest("a.jpg", "b.jpg"))
            return try await caller.lease()
        }
        // Another coordinator over the same store.
        try await bench.test { caller in
            _ = try await caller.send(
                .post, "/v1/leases/renew", as: .worker,
                json: Renewal(ticket: lease.ticket, progress: 1))
            let list = try await caller.send(.get, "/v1/runs", as: .viewer).decode(RunList.self)
            #expect(list.workers.map(\.name) == ["ada"])
        }
    }
}
