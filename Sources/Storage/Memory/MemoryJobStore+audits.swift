package import PipelineCore

extension MemoryJobStore {
    package func complete(
        _ ticket: LeaseTicket, with result: ShardResult, agreeing views: [Int: Bool],
        _ testimony: Testimony
    ) throws(StoreError) -> Completion {
        _ = try shard(ticket.shard, of: ticket.run)
        let place = try place(of: ticket.run)
        let hearing = hearing(for: ticket, at: place, views)
        let old = entries[place].canaries
        var new = old
        let delivery = try change(ticket, .complete) { shard throws(StoreError) in
            (try shard.complete(ticket, with: result, hearing, testimony, &new), [])
        }
        entries[place].canaries = new
        for worker in delivery.exposed { quarantine(worker, at: place) }
        if old.known == nil, new.known != nil, entries[place].run.audit == nil {
            for index in entries[place].shards.indices {
                change(index, at: place) { shard in (shard.vouch(), []) }
            }
        }
        return try delivery.outcome.get()
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

    package func quarantine(_ worker: QuarantinedWorker) { quarantine(worker, at: nil) }

    /// `current` is the place of the run in which it turned out that it has to be.
    private func quarantine(_ worker: QuarantinedWorker, at current: Int?) {
        if expelled[worker.host] == nil { expelled[worker.host] = worker }
        for place in entries.indices {
            entries[place].canaries.forget(worker.host)
            let run = entries[place].run
            if run.audit == nil, run.state != .done || place == current {
                doubt(worker.host, at: place)
            }
            for index in entries[place].shards.indices {
                let holds = entries[place].shards[index].holders.contains {
                    WorkerHost.of($0.worker) == worker.host
                }
                guard run.audit != nil || holds else { continue }
                change(index, at: place) { shard in (shard.withdraw(worker.host), []) }
            }
        }
    }

    /// Takes back what a host has done in a run without an audit, while nobody vouched for it.
    private func doubt(_ host: String, at place: Int) {
        let run = entries[place].run
        guard entries[place].shards.contains(where: { $0.opinions.contains { $0.host == host } })
        else { return }
        for index in entries[place].shards.indices {
            let results = entries[place].shards[index].opinions.map {
                $0.key(of: index, in: run.id)
            }
            let isDoubtful = change(index, at: place) { shard in (shard.doubt(host), []) }
            guard run.usesLedger else { continue }
            if isDoubtful { withdrawn.formUnion(results) }
            change(index, at: place) { shard in
                shard.revoke()
                return ((), [])
            }
        }
    }

    package func canaries(of run: RunID) throws(StoreError) -> CanaryLog {
        entries[try place(of: run)].canaries
    }

    package func withdrawnResults() -> [ObjectKey] { Array(withdrawn) }

    package func strike(_ withdrawn: [ObjectKey]) { self.withdrawn.subtract(withdrawn) }

    package func releaseWorker(_ host: String) throws(StoreError) {
        guard expelled.removeValue(forKey: host) != nil else {
            throw .workerNotQuarantined(host)
        }
    }
}
