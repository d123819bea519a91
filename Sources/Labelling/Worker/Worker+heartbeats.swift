import PipelineCore

extension Worker {
    /// Does `work` for a lease that is no job yet, while heartbeats keep it.
    ///
    /// A manifest that comes slowly, or weights that have to be fetched first, may take longer than
    /// a lease holds. A lease that is lost meanwhile shows at the job's own first heartbeat.
    func beating<Value: Sendable>(
        for lease: Lease, during work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                _ = await self.beat(for: lease, progress: { 0 })
                return nil
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    /// Sends heartbeats until its task is cancelled, then gives nil, or until the coordinator
    /// refuses one, then gives its refusal.
    func beat(for lease: Lease, progress: @Sendable () -> Int) async -> ClientError? {
        while (try? await Task.sleep(for: lease.heartbeat)) != nil {
            do throws(ClientError) {
                try await heart.renew(Renewal(ticket: lease.ticket, progress: progress()))
            } catch  where error.isTransient || error == .cancelled {
                // The next heartbeat comes soon enough, and a late completion still counts.
                continue
            } catch {
                return error
            }
        }
        return nil
    }
}

extension Lease {
    /// The time between two heartbeats: a third of the term, so that one may get lost.
    ///
    /// The term comes from the coordinator and may be any number at all. Between a twentieth of a
    /// second and ten minutes, heartbeats are neither a flood nor so rare that a long lease's
    /// holder would learn too late that it has lost it.
    var heartbeat: Duration {
        // Also false for a term that is not a number.
        guard term > 0 else { return .milliseconds(50) }
        return .seconds(min(max(term / 3, 0.05), 600))
    }
}
