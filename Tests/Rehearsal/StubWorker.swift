import Datasets
import Dispatch
import Foundation
import Glibc
import Labelling
import Logging
import PipelineCore
package import TestSupport
import Transport

/// The real worker around the stub network, as a process: what `PROGRAM worker …` is of a program that
/// plays with workers.
///
/// Prints a line for whatever its log says of a shard, such as `finished a shard RUN SHARD EPOCH`.
package struct StubWorker {
    private let settings: [String: String]

    /// Takes words of the form `name=value`.
    package init(_ words: some Sequence<String>) throws {
        settings = try Self.settings(words)
    }

    /// Works until it is told to leave.
    package func run() async throws {
        guard let url = settings["url"], let file = settings["token"] else {
            throw Misuse("a worker needs url= and token=")
        }
        let token = try String(contentsOfFile: file, encoding: .utf8)
        let worker = Worker(
            try CoordinatorURL(url),
            token: BearerToken(text: token.trimmingCharacters(in: .newlines)),
            options: WorkerOptions(
                name: settings["name"] ?? "stub", version: "chaos", streams: 1, batch: 1,
                grace: .seconds(Int(settings["grace"] ?? "") ?? 20), poll: .milliseconds(200),
                stateFolder: settings["state"]),
            loader: StubEngine(
                pause: UInt32(settings["pause"] ?? "") ?? 0, lies: Lies(settings)),
            images: images,
            logger: Logger(label: "worker") { _ in ShardLog() })
        signal(SIGTERM, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
        nonisolated(unsafe) var signals = 0
        source.setEventHandler {
            signals += 1
            if signals == 1 { worker.leave() } else { worker.leaveNow() }
        }
        source.resume()
        FileHandle.standardOutput.write(Data("ready\n".utf8))
        _ = try await worker.work()
    }

    /// Files and archives, and buckets under the keys in the environment, wherever they are.
    private var images: any ImageSource {
        let variables = ProcessInfo.processInfo.environment
        let keys = variables[Self.bucketKey].flatMap { identifier in
            variables[Self.bucketSecret].map { AccessKeys(identifier: identifier, secret: $0) }
        }
        return AnyImages(
            web: WebImages(network: NetworkGuard()),
            buckets: BucketImages(keys: keys, network: nil))
    }

    /// The environment's variables for the keys of a store, which are no arguments: those are seen.
    package static let (bucketKey, bucketSecret) = ("BUCKET_KEY", "BUCKET_SECRET")

    /// Starts one for the coordinator, or for whatever stands at `url`; `pause` is in microseconds
    /// a picture, and without a state folder it leaves no crash marker.
    ///
    /// One with `lies` is wrong about some pictures.
    package static func start(
        _ name: String, for coordinator: RunningCoordinator, at url: String? = nil,
        pause: Int = 20_000, grace: Int = 20, state: String? = nil, lies: Lies? = nil,
        under wrapper: [String] = [], environment: [String: String] = [:]
    ) async throws -> RunningProgram {
        let words =
            wrapper + [
                try program, "worker", "url=\(url ?? coordinator.url)",
                "token=\(coordinator.tokenFile(.worker))", "name=\(name)", "pause=\(pause)",
                "grace=\(grace)",
            ] + (state.map { ["state=\($0)"] } ?? []) + (lies?.words ?? [])
        return try await RunningProgram.start(
            words[0], Array(words.dropFirst()), in: nil, environment: environment)
    }

    /// The program that is a worker when it is asked to: this one, or, where tests are run by one that
    /// never is, `Load` beside it.
    package static var program: String {
        get throws {
            let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            guard own.hasSuffix(".xctest") else { return own }
            return URL(filePath: own).deletingLastPathComponent().appending(path: "Load").path
        }
    }

    /// `name=value` words as a dictionary.
    package static func settings(_ words: some Sequence<String>) throws -> [String: String] {
        var settings: [String: String] = [:]
        for word in words {
            guard let sign = word.firstIndex(of: "=") else { throw Misuse("'\(word)' has no =") }
            settings[String(word[..<sign])] = String(word[word.index(after: sign)...])
        }
        return settings
    }
}

extension RunningProgram {
    /// The shards of which a worker's log said `words`, each with its epoch.
    package func shards(_ words: String) -> [ShardEpoch] {
        out.split(separator: "\n").compactMap { line in
            guard line.hasPrefix(words) else { return nil }
            let numbers = line.dropFirst(words.count).split(separator: " ").suffix(2)
            guard numbers.count == 2, let shard = numbers.first.flatMap({ Int($0) }),
                let epoch = numbers.last.flatMap({ Int($0) })
            else { return nil }
            return ShardEpoch(shard: shard, epoch: epoch)
        }
    }

    /// The shards whose completion was acknowledged to this worker.
    package var acknowledged: [ShardEpoch] { shards("finished a shard") }
}

/// One lease of a shard.
package struct ShardEpoch: Hashable {
    /// The shard.
    package let shard: Int
    /// The lease's number.
    package let epoch: Int

    /// Names every field.
    package init(shard: Int, epoch: Int) {
        self.shard = shard
        self.epoch = epoch
    }
}

/// Prints what is said of shards, and keeps warnings for standard error.
private struct ShardLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let names = ["run", "shard", "epoch"].compactMap { event.metadata?[$0].map { "\($0)" } }
        let line = ([event.message.description] + names).joined(separator: " ") + "\n"
        // At once: what is in a buffer is lost when the worker is killed.
        let file = event.level >= .warning ? FileHandle.standardError : FileHandle.standardOutput
        file.write(Data(line.utf8))
    }
}
