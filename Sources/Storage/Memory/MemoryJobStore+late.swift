package import PipelineCore

extension MemoryJobStore {
    package func lateRequests(of run: RunID) throws(StoreError) -> [LateRequest] {
        entries[try place(of: run)].late.sorted {
            ($0.shard, $0.epoch, $0.kind.rawValue) < ($1.shard, $1.epoch, $1.kind.rawValue)
        }
    }
}

extension [LateRequest] {
    /// Counts a request that came after the end of its lease.
    mutating func note(_ kind: LateRequest.Kind, of ticket: LeaseTicket) {
        let known = firstIndex {
            ($0.shard, $0.epoch, $0.kind) == (ticket.shard, ticket.epoch, kind)
        }
        if let known {
            self[known].times += 1
        } else {
            append(LateRequest(shard: ticket.shard, epoch: ticket.epoch, kind: kind, times: 1))
        }
    }
}
