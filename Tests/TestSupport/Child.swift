import Foundation
import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// A process that this one has started, and that does not outlive it.
///
/// The system kills it when the tests end, however they end: a test run that is itself killed
/// leaves no coordinator behind, with its port and its folder.
package final class Child: Sendable {
    /// Its number, as `kill` knows it.
    package let identifier: Int32
    private let ending: Ending

    /// How it ended; nil as long as it runs.
    private final class Ending: Sendable {
        let status = Mutex<Int32?>(nil)
    }

    /// Starts `program` with standard output and error going to files; `working` is its folder.
    package static func start(
        _ program: String, _ arguments: [String], in working: String,
        environment: [String: String], out: String, err: String
    ) async throws -> Child {
        let ending = Ending()
        let (starts, started) = AsyncStream.makeStream(of: pid_t.self)
        let variables = environment.map { (Environment.Key(stringLiteral: $0), $1) }
        let running = Task {
            defer { started.finish() }
            // Subprocess starts all children from one thread that lives as long as the process,
            // which matters: what the system watches is that thread.
            let result = try await Subprocess.run(
                .name("setpriv"),
                arguments: Arguments(["--pdeathsig", "KILL", program] + arguments),
                environment: .custom(Dictionary(uniqueKeysWithValues: variables)),
                workingDirectory: FilePath(working), input: .none,
                output: .fileDescriptor(try file(out), closeAfterSpawningProcess: true),
                error: .fileDescriptor(try file(err), closeAfterSpawningProcess: true)
            ) { execution in
                started.yield(execution.processIdentifier.value)
            }
            let status: Int32 =
                switch result.terminationStatus {
                case .exited(let code): code
                case .signaled(let signal): 128 + signal
                }
            ending.status.withLock { $0 = status }
        }
        for await identifier in starts { return Child(identifier, ending) }
        try await running.value
        throw CocoaError(.executableLoad)
    }

    private init(_ identifier: Int32, _ ending: Ending) {
        self.identifier = identifier
        self.ending = ending
    }

    deinit { send(SIGKILL) }

    private static func file(_ path: String) throws -> FileDescriptor {
        try FileDescriptor.open(
            FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec],
            permissions: [.ownerReadWrite])
    }

    /// The exit code, or 128 and the number of the signal that ended it; nil while it runs.
    package var status: Int32? { ending.status.withLock { $0 } }

    /// Sends a signal, unless it has ended.
    package func send(_ signal: CInt) {
        // Under the lock: once the end is known, the number may be another process's.
        ending.status.withLock { if $0 == nil { kill(identifier, signal) } }
    }
}
