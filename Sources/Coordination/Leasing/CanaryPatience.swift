import PipelineCore

/// How long hosts may differ about the canary until a person is asked.
///
/// One of them labels wrongly, and nobody can tell which; a third host that comes meanwhile decides.
struct CanaryPatience {
    /// As long as an audit waits for another host.
    static let limit = AuditPatience.limit

    private var since: [RunID: Tick] = [:]
    /// Who differed when a person was asked; whoever resumes the run has seen to it, or wants it so.
    private var asked: [RunID: [String]] = [:]

    /// Holds the runs whose hosts have differed for too long.
    mutating func settle(in store: any JobStore, at now: Tick) async throws {
        var waiting: [RunID: Tick] = [:]
        for run in try await store.runNames(in: .running) {
            let hosts = try await store.canaries(of: run).disputants
            guard !hosts.isEmpty, asked[run] != hosts else { continue }
            let start = since[run] ?? now
            guard start + Self.limit < now else {
                waiting[run] = start
                continue
            }
            try await store.hold(run, because: Self.question(hosts))
            asked[run] = hosts
        }
        since = waiting
    }

    private static func question(_ hosts: [String]) -> String {
        let names = hosts.map { "'\($0)'" }.joined(separator: " and ")
        return
            "\(names) find different logits for the test image that comes with every shard, and no "
            + "two hosts agree; start a worker on another host and resume the run, or set the wrong "
            + "one aside with 'pipeline quarantine add HOST'"
    }
}
