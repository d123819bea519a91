import PipelineCore

/// Has results of audited shards compared with what other hosts have found, before they count.
struct AuditDesk {
    let parts: CoordinatorParts

    /// Completes a shard; where other results are there already, with a comparison that the store
    /// can decide by.
    func complete(
        _ ticket: LeaseTicket, with result: ShardResult, _ testimony: Testimony
    ) async throws -> Completion {
        var views: [Int: Bool] = [:]
        while true {
            do {
                return try await parts.store.complete(
                    ticket, with: result, agreeing: views, testimony)
            } catch StoreError.unheard {
                // One more may arrive during the comparison; hosts are few, so this ends.
                views = try await compare(result, ticket)
            }
        }
    }

    /// With which opinions, by epoch, a result agrees.
    private func compare(
        _ result: ShardResult, _ ticket: LeaseTicket
    ) async throws -> [Int: Bool] {
        let run = try await parts.store.run(ticket.run)
        let opinions = try await parts.store.opinions(of: run.id, on: ticket.shard)
        var views: [Int: Bool] = [:]
        for opinion in opinions[ticket.shard] ?? [] {
            guard opinion.result.sha256 != result.sha256, let comparer = parts.comparer else {
                views[opinion.epoch] = opinion.result.sha256 == result.sha256
                continue
            }
            var earlier = ticket
            earlier.epoch = opinion.epoch
            views[opinion.epoch] = try comparer.result(
                at: parts.objects.path(of: .result(of: ticket, result.sha256)),
                agreesWith: parts.objects.path(of: .result(of: earlier, opinion.result.sha256)),
                on: try await parts.store.shard(ticket.shard, of: run.id), of: run)
        }
        return views
    }
}

/// How long an audit waits for a worker of another host, when nothing else of its run is left.
struct AuditPatience {
    /// Workers that have nothing to do ask every second; one that does not ask for a minute is not
    /// there, or has long work elsewhere.
    static let limit = Duration.seconds(60)

    private var since: [RunID: Tick] = [:]

    /// Settles the audits that nobody came for: a result that stands alone counts, and a run whose
    /// hosts disagree is held.
    mutating func settle(in store: any JobStore, at now: Tick) async throws {
        var waiting: [RunID: Tick] = [:]
        for name in try await store.runNames(in: .running) {
            let run = try await store.run(name)
            guard run.mayWaitForAudit else { continue }
            let audit = try await store.audit(of: run.id)
            guard audit.waiting + audit.disputed.count == run.counts.shardsQueued else { continue }
            let start = since[run.id] ?? now
            guard start + Self.limit < now else {
                waiting[run.id] = start
                continue
            }
            _ = try await store.waiveAudits(of: run.id)
            if let words = audit.question { try await store.hold(run.id, because: words) }
        }
        since = waiting
    }
}

extension Run {
    /// Whether nobody holds a shard, and some wait.
    fileprivate var mayWaitForAudit: Bool {
        audit != nil && counts.shardsLeased == 0 && counts.shardsQueued > 0
    }
}

extension AuditSummary {
    /// What a person is asked where hosts disagree and no third one is there to decide.
    var question: String? {
        guard let first = disputed.first else { return nil }
        let hosts = first.hosts.map { "'\($0)'" }.joined(separator: " and ")
        return
            "\(hosts) disagree about shard \(first.shard), and no other host is there to decide; "
            + "start a worker on another host and resume the run, or set the wrong one aside with "
            + "'pipeline quarantine add HOST'"
    }
}
