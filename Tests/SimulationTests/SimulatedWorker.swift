import PipelineCore

/// A worker as the coordinator meets it: asks, declares, computes an image a second, reports.
struct SimulatedWorker {
    /// What it is doing.
    enum Phase {
        /// Waits for an answer to its wish for a shard.
        case asking
        /// Has told of the one before it that died, and waits for an answer.
        case reporting
        /// Has announced that it will begin, and waits for an answer.
        case declaring
        /// Computes: as many images are finished.
        case working(Int)
        /// Has a result and waits until it counts.
        case completing
        /// Has given the shard back and waits for an answer.
        case handingBack(HandBack)
    }

    let name: String
    /// How often it was started; what was meant for an earlier life reaches nobody.
    var life = 1
    var phase = Phase.asking
    var lease: Lease?
    /// What its marker said when it was started.
    var remains: (lease: Lease, mark: CrashMark)?
    /// It does nothing before this moment, in milliseconds.
    var frozenUntil = 0
    /// It waits that long for an answer before it asks the same again.
    var patientUntil = 0

    init(name: String) { self.name = name }
}

/// What a worker asks of the coordinator.
enum Request {
    case lease(secret: String)
    case renew(Lease, progress: Int)
    case complete(Lease, ShardResult)
    case release(Lease, HandBack)
}

/// What the coordinator answers.
enum Answer {
    case lease(Lease?)
    case done
    case stale
}
