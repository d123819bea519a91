import Foundation
import Glibc
import Rehearsal
import TestSupport

/// Programs of the system.
enum Tools {
    /// Where `tool` lies, for whoever may use it; nil where it is not.
    static func path(of tool: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return (folders.map(String.init) + ["/usr/sbin", "/sbin"])
            .map { $0 + "/" + tool }.first { access($0, X_OK) == 0 }
    }

    /// Runs a tool to its end; fails the scenario when it fails.
    @discardableResult
    static func run(_ tool: String, _ words: String...) async throws -> String {
        try await run(tool, words)
    }

    /// Runs a tool to its end; fails the scenario when it fails.
    @discardableResult
    static func run(_ tool: String, _ words: [String]) async throws -> String {
        guard let path = path(of: tool) else { throw Skipped("there is no \(tool)") }
        let outcome = try await RunningProgram.start(path, words, in: nil, environment: [:]).end()
        guard outcome.status == 0 else {
            throw Failed("\(tool) \(words.joined(separator: " ")): \(outcome.err)")
        }
        return outcome.out
    }
}
