/// Where runs and shards are kept, and who may work on what.
///
/// A store decides; whoever calls it translates. It keeps no time of its own: each call that needs
/// the time brings it, as a tick of the coordinator's monotonic clock. Randomness, such as ids and
/// secrets, comes from the caller too. Every call that returns has made its change durable.
/// All calls throw ``StoreError``.
package protocol JobStore: AuditStore {
    /// Records a run that is about to receive its manifest, or returns the run of the same `key`.
    func open(_ run: Run) async throws -> Run

    /// Gives an open run its shards and starts it; a run that has started is returned unchanged.
    ///
    /// `images` is the number of manifest rows; a run without rows is done at once. Shards that do
    /// not cover the rows once each, in order, are refused.
    func start(_ run: RunID, images: Int, shards: [ShardRange]) async throws -> Run

    /// The run of that name; throws ``StoreError/unknownRun(_:)``.
    func run(_ id: RunID) async throws -> Run

    /// Every run, the latest first.
    func runs() async throws -> [Run]

    /// The latest `limit` runs and all others that are not over, the latest first, and how many
    /// earlier ones there are.
    func runs(latest limit: Int) async throws -> (runs: [Run], earlier: Int)

    /// How many runs, shards and images there are in all.
    func totals() async throws -> RunTotals

    /// The names of the runs in that state, the earliest first.
    func runNames(in state: RunState) async throws -> [RunID]

    /// Hands out the next waiting shard of the running run of the highest priority, the oldest of
    /// those; nil when none waits and none that takes too long may be raced for.
    ///
    /// A shard whose lease ended before the claim's moment waits again. The epoch grows by one in
    /// the same transaction. Throws ``StoreError/workerQuarantined(_:)`` for a worker of a host that
    /// is not trusted.
    func lease(_ claim: LeaseClaim) async throws -> Lease?

    /// Keeps a shard for another `term` from `now`, and notes whether it has begun and how many of
    /// its images are finished.
    ///
    /// A lease whose time has run out is taken up again if nobody has taken the shard since.
    /// Throws ``StoreError/staleLease(run:shard:epoch:)`` when the shard has been leased again,
    /// has ended, or the secret is wrong.
    func renew(
        _ ticket: LeaseTicket, progress: Int, isBegun: Bool, for term: Duration, at now: Tick
    ) async throws

    /// Makes `result` the one that counts, and ends the lease.
    ///
    /// Repeating a completion changes nothing and answers ``Completion/already``. With an epoch
    /// that nobody holds the shard under, or another result for a shard that is done, throws
    /// ``StoreError/staleLease(run:shard:epoch:)``. A lease whose time has run out still completes,
    /// unless another worker has taken the shard since, it was given up or it was split. A result
    /// that does not count each of the shard's images once is refused.
    ///
    /// In a run with an audit, `views` tell with which of ``AuditStore/opinions(of:on:)``, by epoch,
    /// the result agrees; without one of those that are there, throws
    /// ``StoreError/unheard(run:shard:)``. The hosts that a majority refutes are quarantined in the
    /// same transaction, and so are those whose canary the `testimony` shows to be wrong. The result
    /// of one of these is refused with ``StoreError/workerQuarantined(_:)``.
    func complete(
        _ ticket: LeaseTicket, with result: ShardResult, agreeing views: [Int: Bool],
        _ testimony: Testimony
    ) async throws -> Completion

    /// Ends a lease: the shard goes back to the queue, or is given up, split or quarantined as
    /// ``ShardLifecycle`` says.
    func release(_ ticket: LeaseTicket, _ reason: HandBack) async throws

    /// What was refused because its lease had ended, in order of shards, epochs and kinds.
    ///
    /// Renewals, completions and releases are on record here before they are refused with
    /// ``StoreError/staleLease(run:shard:epoch:)``, if their epoch was ever handed out.
    func lateRequests(of run: RunID) async throws -> [LateRequest]

    /// Ends the leases whose time was over before `now`; the number of shards that had one.
    func expireLeases(at now: Tick) async throws -> Int

    /// One shard's rows, whatever its state; throws ``StoreError/unknownShard(run:shard:)``.
    func shard(_ index: Int, of run: RunID) async throws -> ShardRange

    /// The shards that have ended, in order of their rows, from that manifest row on, at most
    /// `limit`.
    func endedShards(of run: RunID, from row: Int, limit: Int) async throws -> [EndedShard]

    /// Who holds which shard of `run`, in order of the shard's index, then of the epoch.
    func holders(of run: RunID) async throws -> [LeaseHolder]

    /// When the oldest lease that is held was taken, of all runs; nil when none is held.
    func oldestLease() async throws -> Tick?

    /// Pauses, resumes, cancels or retries a run, and gives what it is then.
    ///
    /// An order that changes nothing is no error. Throws ``StoreError/notNow(run:_:)`` for one that
    /// the run's state does not allow.
    func steer(_ run: RunID, _ order: RunOrder) async throws -> Run

    /// Pauses a running run without a person's order, and notes why; any other is left as it is.
    ///
    /// The next order that changes the run's state takes the note away.
    func hold(_ run: RunID, because words: String) async throws

    /// Lets the run's shards go before those of runs of a lower `priority`.
    func prioritise(_ run: RunID, _ priority: Int) async throws -> Run

    /// The images that were set aside, of one run or of all, in order of runs and rows.
    func quarantine(of run: RunID?) async throws -> [QuarantinedImage]

    /// Puts a quarantined image back into the queue.
    ///
    /// Throws ``StoreError/notQuarantined(run:row:)`` when that row is not in quarantine.
    func readmit(row: Int, of run: RunID, by terms: Readmission) async throws -> Run
}

/// Copies a job store while it is in use.
package protocol BackupSource: Sendable {
    /// Writes the store as it is at one moment to a new file beside its own, whole and on disk,
    /// and gives its path; whoever asked removes the file.
    func makeBackup() async throws -> String
}

/// A worker at work on a shard.
package struct LeaseHolder: Sendable, Hashable, Codable {
    /// The shard's index in its run.
    package var shard: Int
    /// The worker's name.
    package var worker: String
    /// How many of the shard's images it has finished, as of its last heartbeat.
    package var progress: Int

    /// Names every field.
    package init(shard: Int, worker: String, progress: Int) {
        self.shard = shard
        self.worker = worker
        self.progress = progress
    }

    package init(from decoder: any Decoder) throws {
        let holder = try decoder.container(keyedBy: CodingKeys.self)
        shard = try holder.decode(Int.self, forKey: .shard)
        worker = try holder.decode(String.self, forKey: .worker)
        progress = try holder.count(.progress)
    }
}

/// Why a store refused.
package enum StoreError: Error, Sendable, Equatable {
    /// No run has that name.
    case unknownRun(RunID)
    /// The run has no shard of that index.
    case unknownShard(run: RunID, shard: Int)
    /// The lease is not the shard's current one: another has taken it, or it has ended.
    case staleLease(run: RunID, shard: Int, epoch: Int)
    /// The run's state does not allow what was asked of it.
    case notNow(run: RunID, String)
    /// The image in that row of the manifest is not in quarantine.
    case notQuarantined(run: RunID, row: Int)
    /// The worker's host is in quarantine.
    case workerQuarantined(QuarantinedWorker)
    /// No host of that name is in quarantine.
    case workerNotQuarantined(String)
    /// A result came without a comparison with another one that arrived meanwhile.
    case unheard(run: RunID, shard: Int)
    /// No token has that name, or none of that role has it.
    case unknownToken(name: String)
    /// A token of that name and role counts already.
    case tokenExists(name: String, role: Role)
    /// The disk is full; nothing was changed.
    case noSpace(String)
    /// The store's file is damaged or of a newer version; `detail` says what and what to do.
    case unusable(path: String, detail: String)
    /// Another process has the store open.
    case inUse(path: String, owner: String)
    /// The store failed in its own words.
    case failed(String)
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownRun(let run):
            "there is no run '\(run)'; 'pipeline status' lists the runs"
        case .unknownShard(let run, let shard):
            "run '\(run)' has no shard \(shard)"
        case .staleLease(let run, let shard, let epoch):
            "the lease on shard \(shard) of run '\(run)' (epoch \(epoch)) has ended: "
                + "another worker has taken the shard, or it is finished"
        case .notNow(let run, let words):
            "run '\(run)' \(words)"
        case .notQuarantined(let run, let row):
            "row \(row) of run '\(run)' is not in quarantine; 'pipeline quarantine list \(run)' "
                + "shows which are"
        case .workerQuarantined(let worker):
            "the workers of host '\(worker.host)' get no shard any more: \(worker.reason); see to "
                + "its memory and its weights, then 'pipeline quarantine release --worker "
                + "\(worker.host)'"
        case .workerNotQuarantined(let host):
            "no host '\(host)' is in quarantine; 'pipeline quarantine list' shows which are"
        case .unheard(let run, let shard):
            "another result for shard \(shard) of run '\(run)' arrived meanwhile; complete it again"
        case .unknownToken(let name):
            "there is no token '\(name)'; 'pipeline token list' shows which there are"
        case .tokenExists(let name, let role):
            "there is a token '\(name)' for the role \(role.rawValue); "
                + "revoke it first, or choose another name"
        case .noSpace(let path):
            "the disk of '\(path)' is full; free some space and the work goes on"
        case .unusable(let path, let detail):
            "the job store '\(path)' cannot be used: \(detail)"
        case .inUse(let path, let owner):
            "the job store '\(path)' is in use by \(owner); stop that one first, "
                + "or choose another folder"
        case .failed(let words):
            "the job store failed: \(words)"
        }
    }
}
