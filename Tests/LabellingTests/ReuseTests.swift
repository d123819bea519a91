import Foundation
import Ledgers
import PipelineCore
import Results
import Storage
import TestSupport
import Testing

@testable import Labelling

@Suite("A worker beside a ledger")
struct ReuseTests {
    /// The images that a new engine was asked about for `run`, and what came out.
    private func label(
        _ run: Run, in workshop: Workshop, sides: [Int] = [4, 6]
    ) async throws -> (engine: ColourEngine, summary: WorkerSummary) {
        let engine = ColourEngine(sides: sides)
        let summary = try await workshop.worker(engine).work()
        #expect(try await workshop.store.run(run.id).state == .done)
        return (engine, summary)
    }

    /// Waits until the ledger holds `images`; results are entered after they count.
    private func waitForLedger(_ workshop: Workshop, images: Int) async throws {
        let isEntered = try await eventually {
            try await workshop.ledger?.statistics().images == images
        }
        #expect(isEntered)
    }

    @Test("computes what was added alone, and comes to the same bytes as without one")
    func added() async throws {
        try await Workshop.open(hasLedger: true) { workshop in
            let names = try workshop.writePictures(20)
            let first = try await workshop.submit(Array(names[5..<15]), shardSize: 4)
            #expect(try await label(first, in: workshop).engine.images() == 10)
            try await waitForLedger(workshop, images: 10)

            let second = try await workshop.submit(names, shardSize: 7)
            let (engine, summary) = try await label(second, in: workshop)
            #expect((engine.images(), engine.images(ofMember: 1)) == (10, 10))
            #expect((summary.images, summary.computed) == (20, 10))

            let plain = try await workshop.submit(names, shardSize: 7) { submission in
                submission.ledger = false
                submission.definition.name = "plain"
            }
            let (other, _) = try await label(plain, in: workshop)
            #expect(other.images() == 20)
            for member in 0..<2 {
                let rows = try await workshop.rows(of: second, member: member)
                #expect(rows == (0..<20).map { logits($0) })
                #expect(try await workshop.rows(of: plain, member: member) == rows)
            }
            let tensors = try await (tensors(of: second, workshop), tensors(of: plain, workshop))
            #expect(tensors.0 == tensors.1)
        }
    }

    /// The logits and states of a run's results as they lie in the files.
    private func tensors(of run: Run, _ workshop: Workshop) async throws -> [Data] {
        try await workshop.results(of: run).map { file in
            let bytes = try Data(contentsOf: URL(filePath: file.path))
            return bytes[file.start(ofMember: 0)...]
        }
    }

    @Test("computes pictures of the same bytes once, within a shard and across shards and workers")
    func duplicates() async throws {
        try await Workshop.open(hasLedger: true) { workshop in
            let originals = try workshop.writePictures(6)
            var names = originals
            for copy in 0..<5 {
                for (index, _) in originals.enumerated() {
                    let name = "\(2000 + copy * 100 + index).png"
                    let shade = colour(index)
                    try workshop.write(TinyPNG.plain(shade[0], shade[1], shade[2]), to: name)
                    names.append(name)
                }
            }
            let run = try await workshop.submit(names, shardSize: 4)
            let engines = [ColourEngine(), ColourEngine(), ColourEngine()]
            let summaries = try await withThrowingTaskGroup(of: WorkerSummary.self) { group in
                for (number, engine) in engines.enumerated() {
                    let worker = try workshop.worker(engine, name: "w\(number)", batch: 4)
                    group.addTask { try await worker.work() }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(engines.reduce(0) { $0 + $1.images() } == 6)
            #expect(summaries.reduce(0) { $0 + $1.computed } == 6)
            #expect(summaries.reduce(0) { $0 + $1.images } == 36)
            #expect(
                try await workshop.rows(of: run) == (0..<36).map { logits($0 % 6) })
        }
    }

    @Test("asks the member alone that has not seen a picture")
    func partlyKnown() async throws {
        try await Workshop.open(hasLedger: true) { workshop in
            let names = try workshop.writePictures(6)
            let first = try await workshop.submit(Array(names[..<4])) {
                $0.definition.members.removeLast()
            }
            #expect(try await label(first, in: workshop, sides: [4]).engine.images() == 4)
            try await waitForLedger(workshop, images: 4)

            let second = try await workshop.submit(names)
            let (engine, summary) = try await label(second, in: workshop)
            #expect((engine.images(), engine.images(ofMember: 1)) == (2, 6))
            #expect(summary.computed == 6)
            for member in 0..<2 {
                #expect(
                    try await workshop.rows(of: second, member: member)
                        == (0..<6).map { logits($0) })
            }
        }
    }

    @Test("computes everything under another precision")
    func otherRecipe() async throws {
        try await Workshop.open(hasLedger: true) { workshop in
            let names = try workshop.writePictures(4)
            let first = try await workshop.submit(names) { submission in
                for member in submission.definition.members.indices {
                    submission.definition.members[member].precision = .bf16
                }
            }
            _ = try await label(first, in: workshop)
            try await waitForLedger(workshop, images: 4)
            let second = try await workshop.submit(names) { submission in
                for member in submission.definition.members.indices {
                    submission.definition.members[member].precision = .f32
                }
            }
            #expect(try await label(second, in: workshop).engine.images() == 4)
        }
    }

    @Test("tries each picture of the same bytes for itself when the first cannot be decoded")
    func brokenDuplicates() async throws {
        try await Workshop.open(hasLedger: true) { workshop in
            for name in ["a.png", "b.png", "c.png"] { try workshop.write([1, 2, 3], to: name) }
            let run = try await workshop.submit(["a.png", "b.png", "c.png"])
            let (_, summary) = try await label(run, in: workshop)
            #expect((summary.failed, summary.computed) == (3, 3))
            #expect(try await workshop.rows(of: run) == [nil, nil, nil])
            #expect(try await workshop.ledger?.statistics().images == 0)
        }
    }

    @Test("computes everything, copies too, for a run without the ledger, and leaves nothing in it")
    func optedOut() async throws {
        try await Workshop.open(hasLedger: true) { workshop in
            let names = try workshop.writePictures(2)
            for name in ["3000.png", "3001.png"] {
                try workshop.write(TinyPNG.plain(0, 0, 0), to: name)
            }
            let run = try await workshop.submit(names + ["3000.png", "3001.png"]) {
                $0.ledger = false
            }
            let (engine, summary) = try await label(run, in: workshop)
            #expect((engine.images(), summary.computed) == (4, 4))
            #expect(try await workshop.ledger?.statistics().images == 0)
        }
    }

    @Test("computes copies once where the coordinator keeps no ledger, or the engine names no way")
    func noLedger() async throws {
        try await Workshop.open { workshop in
            let names = try workshop.writePictures(2)
            try workshop.write(TinyPNG.plain(0, 0, 0), to: "3000.png")
            let run = try await workshop.submit(names + ["3000.png"])
            let engine = ColourEngine(hasProcedure: false)
            _ = try await workshop.worker(engine).work()
            #expect(engine.images() == 2)
            #expect(try await workshop.rows(of: run) == [logits(0), logits(1), logits(0)])
        }
    }

    @Test("takes over what another worker was computing when that one hands its shard back")
    func takenOver() async throws {
        try await Workshop.open(hasLedger: true) { workshop in
            // Of six shards of the same two pictures, a worker holds no more than four at a time.
            var names = try workshop.writePictures(2)
            for copy in 0..<10 {
                let shade = colour(copy % 2)
                names.append("\(3000 + copy).png")
                try workshop.write(
                    TinyPNG.plain(shade[0], shade[1], shade[2]), to: names[copy + 2])
            }
            let run = try await workshop.submit(names, shardSize: 2)
            let turnstile = Turnstile()
            let slow = try workshop.worker(ColourEngine(turnstile: turnstile), name: "slow")
            let leaving = Task { try await slow.work() }
            #expect(await eventually { turnstile.arrived > 0 })

            let engine = ColourEngine()
            let fast = try workshop.worker(engine, name: "fast", once: false)
            let staying = Task { try await fast.work() }
            // All that is left to it are pictures that the slow one is at work on.
            #expect(await eventually { fast.held.all.contains { $0.isWaiting } })
            #expect(engine.images() == 0)
            slow.leaveNow()
            turnstile.open()
            _ = try await leaving.value
            #expect(
                try await eventually { try await workshop.store.run(run.id).state == .done })
            fast.leave()
            _ = try await staying.value
            #expect(engine.images() == 2)
            #expect(try await workshop.rows(of: run) == (0..<12).map { logits($0 % 2) })
        }
    }
}
