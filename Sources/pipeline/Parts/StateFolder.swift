import Foundation
import Labelling
import PipelineCore

/// Where a host's workers keep what one of them has to know of another.
enum StateFolder {
    /// The folder for workers of the coordinator at `url`, beneath `root` or the user's own place
    /// for such things; nil where there is none.
    ///
    /// Each coordinator has its own: leases of one say nothing to another.
    static func path(
        for url: CoordinatorURL, beneath root: String?,
        _ environment: [String: String] = processEnvironment
    ) -> String? {
        let digest = SHA256Digest(of: Array(url.text.utf8)).hex.prefix(16)
        return (root ?? self.root(environment)).map { "\($0)/workers/\(digest)" }
    }

    /// The user's own place for such things; nil where there is none.
    static func root(_ environment: [String: String] = processEnvironment) -> String? {
        // The XDG specification has relative paths ignored.
        if let states = environment["XDG_STATE_HOME"], states.hasPrefix("/") {
            return states + "/pipeline"
        }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        return home + "/.local/state/pipeline"
    }
}
