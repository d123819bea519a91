package import PipelineCore

extension MemoryJobStore {
    package func complete(
        _ ticket: LeaseTicket, with result: ShardResult, agreeing views: [Int: Bool]
    ) throws(StoreError) -> Completion {
        _ = try shard(ticket.shard, of: ticket.run)
        let place = try place(of: ticket.run)
        let hearing = hearing(for: ticket, at: place, views)
        let completion = try change(ticket, .complete) { shard throws(StoreError) in
            (try shard.complete(ticket, with: result, hearing), [])
        }
        guard completion == .committed else { return completion }
        for host in entries[place].shards[ticket.shard].refuted {
            quarantine(QuarantinedWorker(host: host, refutedIn: ticket.shard, of: ticket.run))
        }
        return completion
    }

    private func hearing(
        for ticket: LeaseTicket, at place: Int, _ views: [Int: Bool]
    ) -> Hearing? {
        guard let share = entries[place].run.audit else { return nil }
        let shards = entries[place].shards
        let holder = shards[ticket.shard].holders.first { $0.epoch == ticket.epoch }
        let host = WorkerHost.of(holder?.worker ?? "")
        let delivered = shards.flatMap(\.opinions).filter { $0.host == host }
            .reduce(0) { $0 + $1.result.labelled + $1.result.failed }
        return Hearing(
            isDue: share.includes(shard: ticket.shard, of: ticket.run, delivered: delivered),
            agrees: views)
    }

    package func opinions(
        of run: RunID, on shard: Int?
    ) throws(StoreError) -> [Int: [Opinion]] {
        let found = entries[try place(of: run)].shards
            .filter { !$0.opinions.isEmpty && shard ?? $0.range.index == $0.range.index }
            .map { ($0.range.index, $0.opinions) }
        return Dictionary(uniqueKeysWithValues: found)
    }

    package func audit(of run: RunID) throws(StoreError) -> AuditSummary {
        var summary = AuditSummary()
        for shard in entries[try place(of: run)].shards {
            summary.count(shard.range.index, isEnded: shard.state.isEnded, shard.opinions)
        }
        return summary
    }

    package func waiveAudits(of run: RunID) throws(StoreError) -> Int {
        let place = try place(of: run)
        var waived = 0
        for index in entries[place].shards.indices {
            waived += change(index, at: place) { shard in (shard.waive() ? 1 : 0, []) }
        }
        return waived
    }

    package func quarantinedWorkers() -> [QuarantinedWorker] {
        expelled.values.sorted { $0.host < $1.host }
    }

    package func quarantine(_ worker: QuarantinedWorker) {
        if expelled[worker.host] == nil { expelled[worker.host] = worker }
        for place in entries.indices {
            for index in entries[place].shards.indices {
                change(index, at: place) { shard in
                    _ = shard.withdraw(worker.host)
                    return ((), [])
                }
            }
        }
    }

    package func releaseWorker(_ host: String) throws(StoreError) {
        guard expelled.removeValue(forKey: host) != nil else {
            throw .workerNotQuarantined(host)
        }
    }
}
