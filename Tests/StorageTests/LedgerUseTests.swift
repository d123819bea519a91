import PipelineCore
import Storage
import TestSupport
import Testing

@Suite("A run's use of the ledger")
struct LedgerUseTests {
    @Test("is what the run was opened with at first", arguments: StoreKind.allCases)
    func kept(_ kind: StoreKind) async throws {
        let (folder, clock) = (TemporaryFolder(), ManualClock(seconds: 5))
        let store = try kind.open(in: folder, clock: clock)
        var without = Run.sample("r1")
        without.ledger = false
        #expect(try await store.open(without).usesLedger == false)
        #expect(try await store.open(.sample("r2")).usesLedger)
        without.ledger = nil
        #expect(try await store.open(without).usesLedger == false)
        #expect(try await store.run(without.id).ledger == false)
        #expect(try await store.runs().map(\.usesLedger) == [true, false])
    }
}
