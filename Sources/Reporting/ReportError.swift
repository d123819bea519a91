package import PipelineCore

/// Why a run cannot be told about.
package enum ReportError: Error, Sendable, Equatable {
    /// Some of its shards have not ended.
    case unfinished(RunID, shards: Int, ended: Int)
    /// A file of the run is gone.
    case missing(RunID, what: String, key: String)
    /// What is stored of the run contradicts itself.
    case damaged(RunID, detail: String)
}

extension ReportError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unfinished(let run, let shards, let ended):
            "run '\(run)' is not finished: \(ended) of \(shards) shards have ended; "
                + "wait for it ('pipeline status \(run) --watch' shows how far it is)"
        case .missing(let run, let what, let key):
            "\(what) of run '\(run)' is gone ('\(key)'); "
                + "restore the file from a backup or run the dataset anew"
        case .damaged(let run, let detail):
            "what is stored of run '\(run)' contradicts itself: \(detail); "
                + "restore the coordinator's folder from a backup or run the dataset anew"
        }
    }
}
