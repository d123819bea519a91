import PipelineCore
import Testing

@Suite("An audit")
struct AuditShareTests {
    let run = RunID("r1")

    @Test(
        "knows a worker's host by its name",
        arguments: [
            ("host3-4711-9c0f", "host3"), ("db-host-12-0", "db-host"), ("host3", "host3"),
            ("host3-4711", "host3-4711"), ("rack-7-b", "rack"), ("rack-b-7", "rack-b-7"),
            ("host3-4711-10000", "host3-4711-10000"), ("-4711-9c0f", "-4711-9c0f"), ("", ""),
        ])
    func host(worker: String, host: String) { #expect(WorkerHost.of(worker) == host) }

    @Test("takes its share of the shards, the same ones each time", arguments: [2.0, 10, 50, 100])
    func share(percent: Double) throws {
        let (run, share) = (try #require(run), try #require(AuditShare(percent: percent)))
        let audited = (0..<20_000).filter { share.includes(shard: $0, of: run, delivered: 128) }
        #expect(abs(Double(audited.count) / 200 - percent) < 1)
        #expect(
            audited == (0..<20_000).filter { share.includes(shard: $0, of: run, delivered: 999) })
    }

    @Test("looks at the first images of each host")
    func probation() throws {
        let (run, share) = (try #require(run), try #require(AuditShare(percent: 1e-9)))
        #expect(share.includes(shard: 3, of: run, delivered: 127))
        #expect(!share.includes(shard: 3, of: run, delivered: 128))
    }

    @Test(
        "is above nothing and at most everything",
        arguments: [0, -1, 100.1, Double.nan, Double.infinity])
    func limits(percent: Double) { #expect(AuditShare(percent: percent) == nil) }
}
