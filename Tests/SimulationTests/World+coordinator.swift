import PipelineCore

extension World {
    /// Takes a request to the store, checks the promises, and sends the answer off.
    mutating func serve(_ request: Request, for index: Int, life: Int) async throws {
        let name = workers[index].name
        let answer: Answer
        switch request {
        case .lease(let secret):
            answer = .lease(try await grant(to: name, secret: secret))
        case .renew(let lease, let progress):
            answer = try await settle { store, term, now in
                try await store.renew(
                    lease.ticket, progress: progress, isBegun: true, for: term, at: now)
            }
            if answer.isDone { try oracle.renewed(lease, until: tick + term) }
        case .complete(let lease, let result):
            var completion: Completion?
            answer = try await settle { store, _, _ in
                completion = try await store.complete(lease.ticket, with: result)
            }
            if let completion { try oracle.completed(lease, with: result, completion) }
        case .release(let lease, let reason):
            answer = try await settle { store, _, _ in
                try await store.release(lease.ticket, reason)
            }
            if answer.isDone { try oracle.handedBack(lease) }
        }
        note("\(name).\(life) \(request.words): \(answer.words)")
        try await check()
        send(.answer(answer, to: index, life: life))
    }

    private mutating func grant(to name: String, secret: String) async throws -> Lease? {
        // Idle workers race for what was taken more than two minutes ago.
        let claim = LeaseClaim(
            worker: name, secret: secret, term: term, now: tick,
            size: ShardSizing(imagesPerSecond: 1, workers: plan.workers),
            stragglers: [runID: tick + .seconds(-120)])
        guard let lease = try await store.lease(claim) else { return nil }
        try oracle.grant(lease, to: name, at: tick, term: term)
        return lease
    }

    private func settle(
        _ call: (any JobStore, Duration, Tick) async throws -> Void
    ) async throws -> Answer {
        do {
            try await call(store, term, tick)
            return .done
        } catch StoreError.staleLease {
            return .stale
        }
    }

    /// Compares what a report would show with what the images are, row by row.
    func checkManifest() async throws {
        var found: [Int: Bool] = [:]
        for shard in try await store.endedShards(of: runID, from: 0, limit: 1000) {
            guard let result = shard.result else {
                try judge(shard)
                continue
            }
            guard let rows = results[result.sha256], Set(rows.keys) == Set(shard.range.rows) else {
                throw Oracle.Broken(words: "broken: a result covers the rows of its shard")
            }
            found.merge(rows) { old, _ in old }
        }
        for row in found.keys where found[row] != !plan.bad.contains(row) {
            throw Oracle.Broken(words: "broken: row \(row) has the label of its image")
        }
        for row in plan.poison where found[row] != nil {
            throw Oracle.Broken(words: "broken: nobody survives the image of row \(row)")
        }
    }

    /// A shard without a result: why it may, or must not, be so.
    private func judge(_ shard: EndedShard) throws {
        if let words = shard.failure {
            guard plan.failures > 0 || plan.hasSilence else {
                throw Oracle.Broken(words: "broken: nothing is given up without cause: \(words)")
            }
            return
        }
        let row = shard.range.firstRow
        guard plan.poison.contains(row) || plan.hasSilence else {
            throw Oracle.Broken(words: "broken: row \(row) is innocent")
        }
        guard plan.poison.contains(row), !plan.hasSilence else { return }
        let size = plan.shardSize ?? plan.images
        let most = 2 + (size > 1 ? Int.bitWidth - (size - 1).leadingZeroBitCount : 0)
        guard deaths[row, default: 0] <= most else {
            throw Oracle.Broken(
                words: "broken: row \(row) is found within \(most) deaths, not "
                    + "\(deaths[row, default: 0])")
        }
    }
}

extension Request {
    var words: String {
        switch self {
        case .lease: "asks"
        case .renew(let lease, let progress): "renews \(lease.words) at \(progress)"
        case .complete(let lease, _): "completes \(lease.words)"
        case .release(let lease, let reason): "releases \(lease.words), \(reason)"
        }
    }
}

extension Answer {
    var isDone: Bool { if case .done = self { true } else { false } }

    var words: String {
        switch self {
        case .lease(let lease): lease?.words ?? "nothing"
        case .done: "done"
        case .stale: "stale"
        }
    }
}

extension Lease {
    var words: String { "shard \(shard.index) \(shard.rows) at \(epoch)" }
}
