import PipelineCore
import TestSupport
import Testing

/// How the one image that ends its workers is told from its neighbours, on every kind of store.
@Suite("A shard that ends its workers")
struct CrashTests {
    let folder = TemporaryFolder()
    let clock = ManualClock()
    let run = Run.sample("r1").id

    /// What a death leaves behind.
    enum Death: CaseIterable {
        case silence, rows, signal

        func mark(_ row: Int) -> CrashMark? {
            switch self {
            case .silence: nil
            case .rows: CrashMark(rows: [row], signal: nil)
            case .signal: CrashMark(rows: [row], signal: 11)
            }
        }
    }

    /// A store in `folder` with one shard of `images`.
    func open(
        _ kind: StoreKind, images: Int, in folder: TemporaryFolder
    ) async throws -> any JobStore {
        let store = try kind.open(in: folder, clock: clock)
        var sample = Run.sample("r1")
        sample.definition.shardSize = images
        _ = try await store.open(sample)
        let shard = ShardRange(
            index: 0, firstRow: 0, count: images, offset: 0, length: images * 100)
        _ = try await store.start(run, images: images, shards: [shard])
        return store
    }

    /// Lets workers die of the image in `row` until the run is done; how many did.
    func play(_ store: any JobStore, poison row: Int, _ death: Death) async throws -> Int {
        var deaths = 0
        while try await store.run(run).state != .done {
            let lease = try await store.lease(
                to: "w\(deaths)", secret: "s", for: .seconds(60), at: clock.now())
            // The silence of the last one may be noticed only by this wish, and end the run.
            guard let lease else {
                #expect(try await store.run(run).state == .done)
                return deaths
            }
            try await store.renew(
                lease.ticket, progress: 0, isBegun: true, for: .seconds(60), at: clock.now())
            guard lease.shard.rows.contains(row) else {
                let digest = SHA256Digest(of: Array("\(lease.shard.rows)".utf8))
                let result = ShardResult(sha256: digest, labelled: lease.shard.count, failed: 0)
                #expect(try await store.complete(lease.ticket, with: result) == .committed)
                continue
            }
            deaths += 1
            if let mark = death.mark(row) {
                try await store.release(lease.ticket, .crashed(mark))
            } else {
                clock.advance(by: .seconds(61))
            }
        }
        return deaths
    }

    @Test(
        "is narrowed down to the image that does it", arguments: StoreKind.allCases,
        [(1, 0), (2, 1), (9, 4), (16, 0), (16, 15), (1000, 377)])
    func isolation(_ kind: StoreKind, _ shard: (images: Int, poison: Int)) async throws {
        for death in Death.allCases {
            let folder = TemporaryFolder()
            let store = try await open(kind, images: shard.images, in: folder)
            let deaths = try await play(store, poison: shard.poison, death)

            let counts = try await store.run(run).counts
            #expect(counts.labelled == shard.images - 1, "all its neighbours are labelled")
            #expect(counts.quarantined == 1)
            let found = try await store.quarantine(of: run)
            #expect(found.map(\.row) == [shard.poison])
            #expect(found.first?.crashes.count == deaths)
            #expect(found.first?.crashes.first?.images == shard.images)
            let halvings =
                shard.images == 1 ? 0 : Int.bitWidth - (shard.images - 1).leadingZeroBitCount
            switch death {
            case .silence: #expect(deaths == 2 + halvings || deaths == 1 + halvings)
            case .rows:
                #expect(deaths == (shard.images == 1 ? 2 : 3), "never by one image's bad luck")
            case .signal: #expect(deaths == 2, "at once, by its marker")
            }
        }
    }

    @Test(
        "is not to blame for a worker that is late, and comes back", arguments: StoreKind.allCases)
    func late(_ kind: StoreKind) async throws {
        let store = try await open(kind, images: 8, in: folder)
        let lease = try #require(await store.lease(to: "ada", by: clock))
        for _ in 1...5 {
            try await store.renew(
                lease.ticket, progress: 0, isBegun: true, for: .seconds(60), at: clock.now())
            clock.advance(by: .seconds(61))
            #expect(try await store.expireLeases(at: clock.now()) == 1)
        }
        let result = ShardResult(sha256: SHA256Digest(of: [1]), labelled: 8, failed: 0)
        #expect(try await store.complete(lease.ticket, with: result) == .committed)
        #expect(try await store.run(run).counts.shards == 1, "nothing was split")
    }

    @Test("is readmitted as its operator says", arguments: StoreKind.allCases, Readmission.allCases)
    func readmission(_ kind: StoreKind, _ terms: Readmission) async throws {
        let store = try await open(kind, images: 4, in: folder)
        _ = try await play(store, poison: 2, .signal)
        await #expect(throws: StoreError.notQuarantined(run: run, row: 1)) {
            try await store.readmit(row: 1, of: run, by: terms)
        }
        let again = try await store.readmit(row: 2, of: run, by: terms)

        #expect(again.state == .running)
        #expect(again.counts.quarantined == 0)
        #expect(again.counts.failed == 0)
        #expect(try await play(store, poison: 2, .silence) == (terms == .retry ? 1 : 2))
        #expect(try await store.quarantine(of: nil).map(\.row) == [2])
    }
}
