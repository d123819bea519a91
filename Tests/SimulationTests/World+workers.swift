import PipelineCore

extension World {
    /// A worker is started, for the first time or again.
    mutating func wake(_ index: Int) {
        workers[index].phase = workers[index].remains == nil ? .asking : .reporting
        step(index, workers[index].life)
    }

    /// What a worker does next; it comes back to this every second, and asks again what was not
    /// answered.
    mutating func step(_ index: Int, _ life: Int) {
        guard workers[index].life == life else { return }
        let worker = workers[index]
        if now < worker.frozenUntil {
            return schedule(.step(index, life: life), in: worker.frozenUntil - now)
        }
        guard survives(index) else { return }
        defer { schedule(.step(index, life: life), in: 1000) }
        switch worker.phase {
        case .asking:
            // Always the same secret, so that nothing but the epoch tells its leases apart.
            ask(.lease(secret: worker.name), index)
        case .reporting:
            guard let (lease, mark) = worker.remains else { return }
            ask(.release(lease, .crashed(mark)), index)
        case .declaring:
            if let lease = worker.lease { ask(.renew(lease, progress: 0), index) }
        case .working(let finished):
            if let lease = worker.lease { compute(lease, finished, index) }
        case .completing:
            if let lease = worker.lease { ask(.complete(lease, result(of: lease)), index) }
        case .handingBack(let reason):
            if let lease = worker.lease { ask(.release(lease, reason), index) }
        }
    }

    private mutating func ask(_ request: Request, _ index: Int) {
        guard now >= workers[index].patientUntil else { return }
        workers[index].patientUntil = now + (isCalm ? 500 : 500 + 2 * plan.delay)
        send(.arrival(request, from: index, life: workers[index].life))
    }

    /// Kills, freezes or sends a worker away, as chance will have it; false when it is dead.
    private mutating func survives(_ index: Int) -> Bool {
        guard !isCalm else { return true }
        if happens(plan.kills) {
            die(index, signal: nil)
            return false
        }
        if happens(plan.pauses) {
            let seconds = Int.random(in: 1...90, using: &chance)
            workers[index].frozenUntil = now + 1000 * seconds
            note("\(workers[index].name) is frozen until \(workers[index].frozenUntil)")
        }
        if case .working = workers[index].phase {
            if happens(plan.departures) { workers[index].phase = .handingBack(.leaving) }
            if happens(plan.failures) { workers[index].phase = .handingBack(.failed("no memory")) }
        }
        return true
    }

    private mutating func compute(_ lease: Lease, _ finished: Int, _ index: Int) {
        let row = lease.shard.firstRow + finished
        if plan.poison.contains(row) {
            deaths[row, default: 0] += 1
            return die(index, signal: 11)
        }
        workers[index].phase =
            finished + 1 < lease.shard.count ? .working(finished + 1) : .completing
        if finished % 8 == 7 { ask(.renew(lease, progress: finished + 1), index) }
    }

    private mutating func die(_ index: Int, signal: Int?) {
        let worker = workers[index]
        note("\(worker.name).\(worker.life) dies" + (signal == nil ? "" : " of its image"))
        workers[index].remains = nil
        if let lease = worker.lease, case .working(let finished) = worker.phase, plan.marks != .none
        {
            let row = lease.shard.firstRow + finished
            // Two images are in hand; the thread that died had one.
            let hands = [row, row + 1].filter(lease.shard.rows.contains)
            let knows = plan.marks == .signals ? signal : nil
            workers[index].remains = (
                lease, CrashMark(rows: knows == nil ? hands : [row], signal: knows)
            )
        }
        workers[index].life += 1
        workers[index].lease = nil
        workers[index].patientUntil = 0
        schedule(.rebirth(index), in: 1000 * Int.random(in: 1...20, using: &chance))
    }

    /// Takes an answer in; one to an earlier life, or to what is settled, says nothing.
    mutating func hear(_ answer: Answer, _ index: Int, _ life: Int) {
        guard workers[index].life == life else { return }
        workers[index].patientUntil = 0
        switch (workers[index].phase, answer) {
        case (.asking, .lease(let lease?)):
            workers[index].lease = lease
            workers[index].phase = .declaring
        case (.declaring, .done):
            workers[index].phase = .working(0)
        case (.reporting, .done), (.reporting, .stale):
            workers[index].remains = nil
            workers[index].phase = .asking
        case (.completing, .done), (.handingBack, .done), (.declaring, .stale), (.working, .stale),
            (.completing, .stale), (.handingBack, .stale):
            workers[index].lease = nil
            workers[index].phase = .asking
        default: break
        }
    }

    /// What a worker finds in a shard: a label in every image that is not bad.
    private mutating func result(of lease: Lease) -> ShardResult {
        let rows = Dictionary(
            uniqueKeysWithValues: lease.shard.rows.map { ($0, !plan.bad.contains($0)) })
        let failed = rows.values.count { !$0 }
        let digest = SHA256Digest(of: Array("\(lease.shard.rows)".utf8))
        results[digest] = rows
        return ShardResult(
            sha256: digest, labelled: lease.shard.count - failed, failed: failed)
    }
}
