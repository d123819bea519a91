import Foundation
import Glibc
import Labelling
import Logging
import PipelineCore
import Rehearsal
import TestSupport

/// The stub worker, except that one picture is the end of its process: what `Chaos poisoned …` is.
struct PoisonedWorker {
    private let settings: [String: String]

    /// Takes words of the form `name=value`.
    init(_ words: some Sequence<String>) throws { settings = try StubWorker.settings(words) }

    func run() async throws {
        guard let url = settings["url"], let file = settings["token"],
            let sha256 = settings["sha256"]
        else { throw Misuse("a poisoned worker needs url=, token= and sha256=") }
        let token = try String(contentsOfFile: file, encoding: .utf8)
        let worker = Worker(
            try CoordinatorURL(url),
            token: BearerToken(text: token.trimmingCharacters(in: .newlines)),
            options: WorkerOptions(
                name: settings["name"] ?? "poisoned", version: "chaos", streams: 1, batch: 1,
                poll: .milliseconds(200), stateFolder: settings["state"]),
            loader: PoisonedEngine(
                sha256: sha256, signal: settings["signal"].flatMap { CInt($0) } ?? SIGKILL),
            logger: Logger(label: "worker") { _ in SwiftLogNoOpLogHandler() })
        _ = try await worker.work()
    }

    /// Starts one; it dies by `signal` at the picture whose file has that SHA-256.
    static func start(
        _ name: String, for coordinator: RunningCoordinator, at sha256: SHA256Digest,
        signal: CInt, state: String?
    ) async throws -> RunningProgram {
        try await RunningProgram.start(
            try StubWorker.program,
            [
                "poisoned", "url=\(coordinator.url)", "token=\(coordinator.tokenFile(.worker))",
                "name=\(name)", "sha256=\(sha256.hex)", "signal=\(signal)",
            ] + (state.map { ["state=\($0)"] } ?? []),
            in: nil, environment: [:])
    }
}

private struct PoisonedEngine: EnsembleLoader {
    let sha256: String
    let signal: CInt

    func load(_ definition: PipelineDefinition, batch: Int) -> any LoadedEnsemble {
        PoisonedEnsemble(
            StubEngine(pause: 20_000).load(definition, batch: batch), sha256: sha256,
            signal: signal)
    }
}

private final class PoisonedEnsemble: LoadedEnsemble {
    private let stub: any LoadedEnsemble
    private let sha256: String
    private let signal: CInt
    var members: [LoadedMember] { stub.members }
    var batch: Int { stub.batch }

    init(_ stub: any LoadedEnsemble, sha256: String, signal: CInt) {
        (self.stub, self.sha256, self.signal) = (stub, sha256, signal)
    }

    func makeClassifiers() throws -> [any Classifier] {
        try stub.makeClassifiers().map {
            PoisonedClassifier($0, sha256: sha256, signal: signal)
        }
    }
}

/// Knows the file of a picture of one colour by that colour alone.
private final class PoisonedClassifier: Classifier {
    private let stub: any Classifier
    private let sha256: String
    private let signal: CInt
    var input: UnsafeMutableBufferPointer<Float> { stub.input }

    init(_ stub: any Classifier, sha256: String, signal: CInt) {
        (self.stub, self.sha256, self.signal) = (stub, sha256, signal)
    }

    func run(count: Int) throws -> UnsafeBufferPointer<Float> {
        let colour = (0..<3).map { UInt8(clamping: Int(input[$0].rounded())) }
        let file = TinyPNG.plain(colour[0], colour[1], colour[2])
        if SHA256Digest(of: file).hex == sha256 {
            // In this very thread, as a decoder does it; what another one catches comes too late.
            if signal == SIGABRT { abort() }
            raise(signal)
        }
        return try stub.run(count: count)
    }
}
