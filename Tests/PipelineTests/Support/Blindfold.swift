import Foundation
import TestSupport

/// Starts a worker on a host, as it were, that does not have the dataset.
///
/// The worker gets a mount namespace of its own in which an empty file system lies over the
/// dataset. Where the system allows no such thing, the worker sees what all others see.
enum Blindfold {
    static func startWorker(
        for coordinator: RunningCoordinator, hiding dataset: String
    ) async throws -> RunningProgram {
        guard let unshare else {
            print("no mount namespaces here: this worker sees the dataset, too")
            return try await coordinator.startWorker("--name", "blind")
        }
        let script =
            "mount -t tmpfs none \"$0\" && [ -z \"$(ls \"$0\")\" ] && "
            // A new user's processes are no longer told of their parent's end.
            + "exec setpriv --pdeathsig KILL \"$1\" worker --streams 1 --name blind"
        return try await RunningProgram.start(
            "/usr/bin/env", unshare + ["sh", "-c", script, dataset, Program.path], in: nil,
            environment: coordinator.access(as: "worker"))
    }

    /// The command that makes the namespace; nil where none may.
    private static let unshare: [String]? = [
        ["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"],
    ].first { command in
        // What it complains of where it may not, it complains of to nobody.
        let attempt = "\"$@\" mount -t tmpfs none /mnt 2> /dev/null"
        return (try? Command.run(["sh", "-c", attempt, "sh"] + command).status) == 0
    }
}
