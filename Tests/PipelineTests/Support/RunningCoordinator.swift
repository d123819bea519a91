import Foundation
import TestSupport
import Testing

/// A coordinator in a process of its own.
struct RunningCoordinator {
    let program: RunningProgram
    /// Where it listens.
    let url: String
    /// Its folder.
    let data: String

    /// Starts a coordinator over `data` and waits until it listens.
    static func start(
        over data: String, port: Int = 0, arguments: [String] = []
    ) async throws -> RunningCoordinator {
        let program = try await Program.start(
            ["coordinator", "--data", data, "--port", "\(port)"] + arguments)
        _ = try await program.wait {
            $0.out.contains("worker's token") || $0.out.contains("no tok")
        }
        let line = try #require(
            program.out.split(separator: "\n").first { $0.hasPrefix("coordinator at ") },
            "it says: \(program.err)")
        return RunningCoordinator(
            program: program, url: String(line.dropFirst("coordinator at ".count)), data: data)
    }

    /// The port it listens at.
    var port: Int { URL(string: url)?.port ?? 0 }

    /// What a command needs to speak to it as `role`.
    func access(as role: String) -> [String: String] {
        ["PIPELINE_COORDINATOR": url, "PIPELINE_TOKEN_FILE": "\(data)/tokens/\(role)"]
    }

    /// A worker for it, in a folder of its own.
    func startWorker(_ arguments: String..., in folder: String? = nil) async throws
        -> RunningProgram
    {
        try await Program.start(
            ["worker", "--streams", "1"] + arguments, in: folder, environment: access(as: "worker"))
    }
}
