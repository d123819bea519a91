import Foundation
import Glibc

/// The program as a user meets it: the built executable in a process of its own.
package enum Program {
    /// The executable, which lies beside the test bundle or whatever else runs this.
    package static let path: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        return URL(filePath: bundle ?? ".").deletingLastPathComponent()
            .appending(path: "pipeline").path
    }()

    /// What a run of the program ended with.
    package struct Outcome: Sendable {
        /// The exit code, or 128 and the number of the signal that killed it.
        package let status: Int32
        /// What it wrote to standard output.
        package let out: String
        /// What it wrote to standard error.
        package let err: String
    }

    /// How long anything is waited for before it counts as hung.
    ///
    /// Far above every natural time: a machine that is busy with other things gives a test a
    /// hundredth of a core now and then, and a slow program is no broken one.
    package static let patience = Duration.seconds(300)

    /// Runs the program to its end; fails the test's expectations with status -1 after
    /// ``patience``.
    package static func run(
        _ arguments: String..., in folder: String? = nil, environment: [String: String] = [:]
    ) async throws -> Outcome {
        try await start(arguments, in: folder, environment: environment).end()
    }

    /// Starts the program.
    package static func start(
        _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:]
    ) async throws -> RunningProgram {
        try await RunningProgram.start(path, arguments, in: folder, environment: environment)
    }
}

/// A run of the program that goes on.
package final class RunningProgram: Sendable {
    private let child: Child
    private let folder: TemporaryFolder

    /// Starts the executable at `path`; without a working folder, in an empty one.
    package static func start(
        _ path: String, _ arguments: [String], in working: String?, environment: [String: String]
    ) async throws -> RunningProgram {
        var variables = ProcessInfo.processInfo.environment
        for name in [
            "PIPELINE_COORDINATOR", "PIPELINE_TOKEN", "PIPELINE_TOKEN_FILE", "PIPELINE_CA",
            "PIPELINE_CLIENT_CERT", "PIPELINE_CLIENT_KEY", "COLUMNS",
        ] {
            variables[name] = nil
        }
        // A crash reporter would only keep a crashed program from ending.
        variables["SWIFT_BACKTRACE"] = "enable=no"
        variables.merge(environment) { _, new in new }
        let folder = TemporaryFolder()
        let child = try await Child.start(
            path, arguments, in: working ?? folder.path, environment: variables,
            out: folder.file("out"), err: folder.file("err"))
        return RunningProgram(child, folder)
    }

    private init(_ child: Child, _ folder: TemporaryFolder) {
        (self.child, self.folder) = (child, folder)
    }

    /// The process's number.
    package var identifier: Int32 { child.identifier }

    /// Whether it has not ended.
    package var isRunning: Bool { child.status == nil }

    /// Standard output so far.
    package var out: String { text("out") }
    /// Standard error so far.
    package var err: String { text("err") }

    private func text(_ name: String) -> String {
        String(
            decoding: FileManager.default.contents(atPath: folder.file(name)) ?? Data(),
            as: UTF8.self)
    }

    /// Sends a signal.
    package func send(_ signal: CInt) { child.send(signal) }

    /// Waits until `condition` holds of it; false when it has ended, or patience is over, before.
    package func wait(until condition: (RunningProgram) -> Bool) async throws -> Bool {
        let end = ContinuousClock.now + Program.patience
        while ContinuousClock.now < end {
            if condition(self) { return true }
            guard child.status == nil else { return condition(self) }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    /// Waits for its end, and kills it when patience is over; then the status is -1.
    package func end() async throws -> Program.Outcome {
        let end = ContinuousClock.now + Program.patience
        while child.status == nil, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(20))
        }
        guard let status = child.status else {
            send(SIGKILL)
            return Program.Outcome(status: -1, out: out, err: err)
        }
        return Program.Outcome(status: status, out: out, err: err)
    }
}
