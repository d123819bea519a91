import Foundation

/// A program that is run to its end on the calling thread.
///
/// `Foundation.Process` hears of a child's end through a socket that the child inherits. A child
/// that another thread starts in the same moment inherits it, too, and until that one has ended,
/// the first seems to run on: about one in a hundred did where sixteen threads started children.
/// Here the system itself is asked.
package enum Command {
    /// What a run ended with.
    package struct Outcome: Sendable {
        /// The exit code; 128 and the signal's number where a signal ended it.
        package let status: Int32
        /// What it wrote to standard output.
        package let out: String
    }

    /// Runs the program `words[0]`, found on the path, with the other words as its arguments.
    ///
    /// Its standard error is ours. Throws `POSIXError` when it cannot be started.
    package static func run(_ words: String...) throws -> Outcome { try run(words) }

    /// Runs the program `words[0]`, found on the path, with the other words as its arguments.
    package static func run(_ words: [String]) throws -> Outcome {
        let folder = TemporaryFolder()
        let output = folder.file("out")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o600)
        var child: pid_t = 0
        let variables = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
        let code = withCStrings(words) { arguments in
            withCStrings(variables) { posix_spawnp(&child, words[0], &actions, nil, arguments, $0) }
        }
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw POSIXError(.ECHILD) }
        }
        let signal = status & 0x7F
        return Outcome(
            status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
            out: String(
                decoding: FileManager.default.contents(atPath: output) ?? Data(), as: UTF8.self))
    }

    /// Calls `body` with `texts` as C has them, nil at their end.
    private static func withCStrings<Value>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
    ) -> Value {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
