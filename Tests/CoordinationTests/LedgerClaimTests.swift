import PipelineCore
import TestSupport
import Testing

@testable import Coordination

@Suite("A claim on what is to be computed")
struct LedgerClaimTests {
    let claims = LedgerClaims()
    let clock = ManualClock(seconds: 10)

    /// A wish of one image, by two members.
    private func wish(_ image: Int) -> [LedgerClaims.Work] {
        (0..<2).map { member in
            LedgerClaims.Work(
                image: SHA256Digest(of: [UInt8(image)]),
                recipe: SHA256Digest(of: [9, UInt8(member)]))
        }
    }

    private func ticket(_ shard: Int, epoch: Int = 1) throws -> LeaseTicket {
        LeaseTicket(run: try #require(RunID("r1")), shard: shard, epoch: epoch, secret: "s")
    }

    private func claim(_ images: [Int], _ shard: Int, epoch: Int = 1) async throws -> [Bool] {
        await claims.claim(
            images.map(wish), for: try ticket(shard, epoch: epoch),
            until: clock.now() + .seconds(60), at: clock.now())
    }

    @Test("keeps others waiting until its lease has ended")
    func waiting() async throws {
        #expect(try await claim([1, 2], 0) == [true, true])
        #expect(try await claim([2, 3], 1) == [false, true])
        #expect(try await claim([1, 2], 0) == [true, true])
        await claims.end(try ticket(0))
        #expect(try await claim([2], 1) == [true])
    }

    @Test("ends with the time of its lease, unless that is renewed")
    func expiry() async throws {
        _ = try await claim([1], 0)
        clock.advance(by: .seconds(50))
        await claims.renew(try ticket(0), until: clock.now() + .seconds(60))
        clock.advance(by: .seconds(50))
        #expect(try await claim([1], 1) == [false])
        clock.advance(by: .seconds(11))
        #expect(try await claim([1], 1) == [true])
    }

    @Test("does not keep a backup of its own shard waiting")
    func backup() async throws {
        _ = try await claim([1], 0)
        #expect(try await claim([1], 0, epoch: 2) == [true])
        await claims.end(try ticket(0))
        #expect(try await claim([1], 1) == [false], "the backup computes it")
    }

    @Test("goes to the earliest that waits for it when its lease ends without it")
    func heir() async throws {
        _ = try await claim([1], 0)
        #expect(try await claim([1, 2], 1) == [false, true])
        #expect(try await claim([1, 2], 2) == [false, false])
        await claims.end(try ticket(0))
        #expect(try await claim([1], 3) == [false])
        #expect(try await claim([1], 2) == [false])
        #expect(try await claim([1], 1) == [true])
    }

    @Test("never lets a lease wait for one that asked after it")
    func order() async throws {
        _ = try await claim([1], 0)
        _ = try await claim([2], 1)
        #expect(try await claim([2], 0) == [true])
        #expect(try await claim([1], 1) == [false])
    }

    @Test("is given up for what turns out to be known")
    func ceded() async throws {
        _ = try await claim([1, 2], 0)
        await claims.cede(wish(1), by: try ticket(0))
        #expect(try await claim([1, 2], 1) == [true, false])
    }
}
