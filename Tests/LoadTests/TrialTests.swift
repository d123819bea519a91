import Rehearsal
import TestSupport
import Testing

@testable import Load

/// Every trial in seconds: it comes to its end, and everything but the times is as it has to be.
///
/// Times are those of a machine with other things to do, so no limit is asked of them here.
@Suite("A short trial of load", .serialized)
struct TrialTests {
    @Test("keeps fewer workers busy, and gets each of them back after a kill")
    func workers() async throws {
        let report = LoadReport("workers")
        let trial = try WorkersTrial(
            LoadOptions(WorkersTrial.usual, but: ["workers": 12, "seconds": 6, "down": 1]))
        let found = try await trial.play(report)
        #expect(found.shards > 0)
        #expect(found.errors == 0)
        #expect(found.returned == 12)
    }

    @Test("starts over a job store of many shards, and takes and completes leases from it")
    func rows() async throws {
        let report = LoadReport("rows")
        let folder = TemporaryFolder()
        let store = try await RowStore(in: folder.file("data"), rows: 20_000)
        try store.chill()
        let trial = try RowsTrial(
            LoadOptions(RowsTrial.usual, but: ["rows": 20000, "leases": 20]))
        try await trial.play(store, report)
        #expect(report.missed.allSatisfy { $0.isTime }, "\(report.missed)")
    }

    @Test("counts every image of a run with a straggler once")
    func straggler() async throws {
        let report = LoadReport("straggler")
        try await StragglerTrial(
            LoadOptions(StragglerTrial.usual, but: ["images": 60, "pause": 20, "shard": 10])
        ).run(report)
        #expect(report.missed.allSatisfy { $0.isTime }, "\(report.missed)")
    }

    @Test("keeps a coordinator busy from all sides")
    func hour() async throws {
        let report = LoadReport("hour")
        try await HourTrial(LoadOptions(HourTrial.usual, but: ["seconds": 20])).run(report)
        #expect(report.missed.isEmpty, "\(report.missed)")
    }

    @Test(
        "refuses an option that it does not have, or that is no number",
        arguments: [["--second", "5"], ["seconds", "5"], ["--seconds"], ["--seconds", "0"]])
    func misuse(words: [String]) {
        #expect(throws: Misuse.self) { try LoadOptions(words, HourTrial.usual) }
    }

    @Test("takes its options")
    func options() throws {
        let options = try LoadOptions(["--seconds", "5", "--record", "x"], HourTrial.usual)
        #expect(try options.number("seconds") == 5)
        #expect(try options.number("seed") == 7)
        #expect(options.record == "x")
    }

    @Test("says which limits were missed, and whether time alone is to blame")
    func misses() {
        let report = LoadReport("none")
        report.expect("a lease took", 3, below: 2, "ms")
        report.expect("the file has", 1, below: 2, "GiB")
        #expect(!report.hasPassed)
        #expect(report.missed.map(\.isTime) == [true])
        report.check(false, "a result was lost")
        #expect(report.missed.map(\.isTime) == [true, false])
    }
}
