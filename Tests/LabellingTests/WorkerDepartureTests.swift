import Foundation
import PipelineCore
import ServiceLifecycle
import Storage
import TestSupport
import Testing
import Transport

@testable import Labelling

@Suite("A worker that is told to leave")
struct WorkerDepartureTests {
    @Test("finishes what it has begun, and hands back what it has only read")
    func finishes() async throws {
        try await Workshop.open { shop in
            let (run, turnstile, worker) = try await shop.busyWorker()
            let working = Task { try await worker.work() }
            #expect(await eventually { turnstile.arrived == 1 && worker.held.all.count == 2 })
            worker.leave()
            #expect(
                try await eventually { try await shop.store.run(run.id).counts.shardsLeased == 1 },
                "the shard that is not begun goes back at once")
            turnstile.open()
            let summary = try await working.value

            #expect((summary.shards, summary.images) == (1, 12))
            let counts = try await shop.store.run(run.id).counts
            #expect((counts.shardsDone, counts.shardsQueued, counts.shardsLeased) == (1, 3, 0))
            #expect(try await shop.rows(of: run) == (0..<12).map(logits))
        }
    }

    @Test("hands back what it cannot finish within the grace time, and burns no attempt")
    func grace() async throws {
        try await Workshop.open { shop in
            let (run, turnstile, worker) = try await shop.busyWorker(grace: .milliseconds(200))
            let working = Task { try await worker.work() }
            #expect(await eventually { turnstile.arrived == 1 })
            worker.leave()
            #expect(
                try await eventually { try await shop.store.run(run.id).counts.shardsQueued == 4 })
            turnstile.open()

            #expect(try await working.value.shards == 0)
            // More departures than a shard has attempts leave it in the queue.
            for _ in 0..<3 { try await shop.visit(run) }
            #expect(try await shop.store.run(run.id).counts.shardsQueued == 4)
        }
    }

    @Test("hands everything back at once when there is no time")
    func immediately() async throws {
        try await Workshop.open { shop in
            let (run, turnstile, worker) = try await shop.busyWorker()
            let working = Task { try await worker.work() }
            #expect(await eventually { turnstile.arrived == 1 })
            worker.leave()
            worker.leaveNow()
            #expect(
                try await eventually { try await shop.store.run(run.id).counts.shardsQueued == 4 })
            turnstile.open()
            #expect(try await working.value.shards == 0)
        }
    }

    @Test("by the end of its task does so at once")
    func cancelled() async throws {
        try await Workshop.open { shop in
            let (run, turnstile, worker) = try await shop.busyWorker()
            let working = Task { try await worker.work() }
            #expect(await eventually { turnstile.arrived == 1 })
            working.cancel()
            #expect(
                try await eventually { try await shop.store.run(run.id).counts.shardsQueued == 4 })
            turnstile.open()
            _ = await working.result
            #expect(try await shop.store.run(run.id).counts.shardsLeased == 0)
        }
    }

    @Test("by its service group finishes and ends normally")
    func serviceGroup() async throws {
        try await Workshop.open { shop in
            let (run, turnstile, worker) = try await shop.busyWorker()
            let group = ServiceGroup(services: [worker], logger: .quiet)
            let running = Task { try await group.run() }
            #expect(await eventually { turnstile.arrived == 1 })
            await group.triggerGracefulShutdown()
            #expect(
                try await eventually { try await shop.store.run(run.id).counts.shardsLeased == 1 })
            turnstile.open()
            try await running.value

            #expect(try await shop.store.run(run.id).counts.shardsDone == 1)
            #expect(try await shop.store.run(run.id).counts.shardsLeased == 0)
        }
    }

    @Test("while it waits for work ends promptly")
    func idle() async throws {
        try await Workshop.open { shop in
            let worker = Worker(
                try CoordinatorURL(shop.url), token: try shop.token(.worker),
                options: WorkerOptions(version: "1.0", streams: 1, poll: .seconds(60)),
                loader: ColourEngine(), logger: .quiet)
            let working = Task { try await worker.work() }
            try await Task.sleep(for: .milliseconds(200))
            let start = ContinuousClock.now
            worker.leave()
            _ = try await working.value
            #expect(start.duration(to: .now) < .seconds(30))
        }
    }

    @Test("while its coordinator is away ends promptly")
    func unreachable() async throws {
        let port = try { () throws in try ScriptedServer(.silence).port }()
        let worker = Worker(
            try CoordinatorURL("http://127.0.0.1:\(port)"), token: BearerToken(text: "pl_w_1"),
            options: WorkerOptions(version: "1.0", streams: 1), loader: ColourEngine(),
            logger: .quiet)
        let working = Task { try await worker.work() }
        try await Task.sleep(for: .milliseconds(200))
        let start = ContinuousClock.now
        worker.leave()
        _ = try await working.value
        #expect(start.duration(to: .now) < .seconds(60))
    }
}

extension Workshop {
    /// A run of four shards of twelve pictures, and a worker whose networks wait at a turnstile.
    ///
    /// It holds two shards there: with 24 photos in hand it asks for no more.
    func busyWorker(
        grace: Duration = .seconds(600)
    ) async throws -> (run: Run, turnstile: Turnstile, worker: Worker) {
        let run = try await submit(writePictures(48), shardSize: 12)
        let turnstile = Turnstile()
        let worker = try worker(
            ColourEngine(turnstile: turnstile), once: false, grace: grace)
        return (run, turnstile, worker)
    }

    /// A worker begins a shard of `run`, and leaves at once.
    func visit(_ run: Run) async throws {
        let turnstile = Turnstile()
        let worker = try worker(ColourEngine(turnstile: turnstile), once: false)
        let working = Task { try await worker.work() }
        #expect(await eventually { turnstile.arrived == 1 })
        worker.leaveNow()
        #expect(try await eventually { try await store.run(run.id).counts.shardsLeased == 0 })
        turnstile.open()
        _ = try await working.value
    }
}
