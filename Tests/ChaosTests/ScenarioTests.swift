import Foundation
import TestSupport
import Testing

@testable import Chaos

/// The short form of every scenario; `make chaos` plays the full ones.
@Suite("Under faults, as processes,")
struct ScenarioTests {
    /// Few at a time: each has processes of its own, and leases of seconds.
    private static let turnstile = Turnstile(places: 4)

    @Test("the manifest stays the same", arguments: Scenario.all.map(\.id))
    func play(_ id: String) async throws {
        try await Self.turnstile.pass {
            let folder = URL(filePath: Program.path).deletingLastPathComponent()
            let played = try await RunningProgram.start(
                folder.appending(path: "Chaos").path, ["--short", id], in: nil, environment: [:]
            ).end()
            let verdict = played.out.split(separator: "\n").last.map(String.init) ?? ""
            if verdict.hasPrefix("SKIP") { print(verdict) }
            #expect(
                played.status == 0 && (verdict.hasPrefix("PASS") || verdict.hasPrefix("SKIP")),
                "\(id) ends with \(played.status): \(played.out) \(played.err)")
        }
    }
}

/// Lets a few pass at a time.
private actor Turnstile {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) { free = places }

    func pass(_ body: @Sendable () async throws -> Void) async throws {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
        defer { leave() }
        try await body()
    }

    private func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
