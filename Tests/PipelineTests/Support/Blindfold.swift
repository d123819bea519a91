import Foundation
import TestSupport

/// Starts a worker on a host, as it were, that does not have the dataset.
///
/// The worker gets a mount namespace of its own in which an empty file system lies over the
/// dataset. Where the system allows no such thing, the worker sees what all others see.
enum Blindfold {
    static func startWorker(
        for coordinator: RunningCoordinator, hiding dataset: String
    ) throws -> RunningProgram {
        guard let unshare else {
            print("no mount namespaces here: this worker sees the dataset, too")
            return try coordinator.startWorker("--name", "blind")
        }
        let script =
            "mount -t tmpfs none \"$0\" && [ -z \"$(ls \"$0\")\" ] && exec \"$1\" worker "
            + "--streams 1 --name blind"
        return try RunningProgram(
            "/usr/bin/env", unshare + ["sh", "-c", script, dataset, Program.path], in: nil,
            environment: coordinator.access(as: "worker"))
    }

    /// The command that makes the namespace; nil where none may.
    private static let unshare: [String]? = [
        ["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"],
    ].first { command in
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command + ["mount", "-t", "tmpfs", "none", "/mnt"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
