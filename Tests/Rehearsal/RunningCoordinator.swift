import Foundation
import Glibc
package import Labelling
package import PipelineCore
import Results
package import TestSupport
package import Transport

/// The built `pipeline coordinator`, in a process of its own.
package struct RunningCoordinator: Sendable {
    /// The process.
    package let program: RunningProgram
    /// Where it listens.
    package let url: String
    /// Its folder.
    package let data: String

    /// Takes over a process that has been started.
    package init(program: RunningProgram, url: String, data: String) {
        self.program = program
        self.url = url
        self.data = data
    }

    /// Starts it over `data` and waits until it listens.
    ///
    /// `wrapper` is a command that runs it, such as one that follows its system calls.
    /// Throws ``Failed`` with its own words when it ends instead.
    package static func start(
        over data: String, host: String = "127.0.0.1", port: Int = 0, lease: Int = 5,
        under wrapper: [String] = [], environment: [String: String] = [:]
    ) async throws -> RunningCoordinator {
        let program = try await launch(
            over: data, host: host, port: port, lease: lease, under: wrapper,
            environment: environment)
        _ = try await program.wait { $0.out.contains("worker's token") }
        guard let url = url(of: program) else {
            throw Failed("the coordinator does not start: \(program.err)")
        }
        return RunningCoordinator(program: program, url: url, data: data)
    }

    /// Starts it, and does not wait.
    package static func launch(
        over data: String, host: String = "127.0.0.1", port: Int = 0, lease: Int = 5,
        under wrapper: [String] = [], environment: [String: String] = [:]
    ) async throws -> RunningProgram {
        let words =
            wrapper + [
                Program.path, "coordinator", "--data", data, "--host", host, "--port", "\(port)",
                "--lease-seconds", "\(lease)",
            ]
        return try await RunningProgram.start(
            words[0], Array(words.dropFirst()), in: nil, environment: environment)
    }

    /// Where a coordinator says that it listens.
    package static func url(of program: RunningProgram) -> String? {
        program.out.split(separator: "\n").first { $0.hasPrefix("coordinator at ") }
            .map { String($0.dropFirst("coordinator at ".count)) }
    }

    /// The port it listens at.
    package var port: Int { URL(string: url)?.port ?? 0 }

    /// The number of its own process, also where a wrapper runs it.
    package var identifier: Int32 {
        let lock = FileManager.default.contents(atPath: data + "/jobs.sqlite.lock") ?? Data()
        let text = String(decoding: lock, as: UTF8.self).trimmingCharacters(in: .newlines)
        return Int32(text) ?? program.identifier
    }

    /// Kills it and waits for its end.
    package func kill() async throws {
        Glibc.kill(identifier, SIGKILL)
        _ = try await program.end()
    }

    /// Stops it as an operator does; throws ``Failed`` unless it ends with 0.
    package func stop() async throws {
        program.send(SIGTERM)
        let outcome = try await program.end()
        guard outcome.status == 0 else {
            throw Failed("the coordinator ends with \(outcome.status): \(outcome.err)")
        }
    }

    /// The path of the token of `role`.
    package func tokenFile(_ role: Role) -> String { "\(data)/tokens/\(role.rawValue)" }

    /// A client with the token of `role`, for this coordinator or whatever stands at `url`.
    package func client(
        _ role: Role, at url: String? = nil, attempts: Int? = 40,
        timeouts: HTTPTimeouts = HTTPTimeouts()
    ) throws -> CoordinatorClient {
        let token = try String(contentsOfFile: tokenFile(role), encoding: .utf8)
        return CoordinatorClient(
            try CoordinatorURL(url ?? self.url),
            token: BearerToken(text: token.trimmingCharacters(in: .newlines)),
            retry: RetryPolicy(cap: .milliseconds(500), attempts: attempts), timeouts: timeouts)
    }

    /// Submits `pictures`, and gives the run.
    package func submit(
        _ pictures: PictureSet, shardSize: Int,
        weights: SHA256Digest = StubNetwork.member.weights, audit: AuditShare? = nil
    ) async throws -> Run {
        let folder = TemporaryFolder()
        let manifest = folder.file("manifest.jsonl")
        let submission = RunSubmission(
            definition: StubNetwork.definition(shardSize: shardSize, weights: weights),
            dataset: RelativePath(text: pictures.path),
            manifest: try pictures.list(into: manifest), audit: audit)
        let submitter = try client(.submitter)
        let run = try await submitter.submit(submission)
        guard run.state == .open else { return run }
        return try await submitter.sendManifest(of: run.id, from: manifest)
    }

    /// How far `run` is.
    package func status(of run: Run) async throws -> RunStatus {
        try await client(.viewer).status(of: run.id)
    }

    /// The manifest of a run that is done.
    package func export(_ run: Run) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await client(.viewer).export(run.id, as: .jsonl) { bytes += $0 }
        return bytes
    }
}
