import Foundation
import Rehearsal
import Synchronization
import TestSupport

/// One play of a scenario: its seed, its folder, what was counted, and what has to hold.
final class Trial: Sendable {
    let seed: UInt64
    let form: Form
    /// Where its files lie; gone after it.
    let folder = TemporaryFolder()
    private let generator: Mutex<SeededGenerator>
    private let tally = Mutex<[(name: String, count: Int)]>([])

    init(seed: UInt64, form: Form) {
        self.seed = seed
        self.form = form
        generator = Mutex(SeededGenerator(seed: seed))
    }

    /// What is counted so far, in the order in which it began to be.
    var counts: [(name: String, count: Int)] { tally.withLock(\.self) }

    /// The full form's value, or the short one's.
    func pick<Value>(_ full: Value, short: Value) -> Value { form == .full ? full : short }

    /// Adds to what is counted under `name`.
    func count(_ name: String, _ number: Int = 1) {
        tally.withLock { tally in
            if let place = tally.firstIndex(where: { $0.name == name }) {
                tally[place].count += number
            } else {
                tally.append((name, number))
            }
        }
    }

    /// A number of `range`, by the seed.
    func random(in range: ClosedRange<Int>) -> Int {
        generator.withLock { Int.random(in: range, using: &$0) }
    }

    /// A time between two numbers of milliseconds, by the seed.
    func moment(_ range: ClosedRange<Int>) -> Duration { .milliseconds(random(in: range)) }

    /// One of `values`, by the seed.
    func choice<Value>(of values: [Value]) throws -> Value {
        guard !values.isEmpty else { throw Failed("there is nothing to choose from") }
        return values[random(in: 0...values.count - 1)]
    }

    /// Fails the scenario unless `condition` holds.
    func expect(_ condition: Bool, _ words: @autoclosure () -> String) throws {
        guard condition else { throw Failed(words()) }
    }

    /// Waits until `condition` holds, and fails the scenario when it does not within `limit`.
    func wait(
        for what: String, within limit: Duration = Program.patience,
        until condition: () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + limit
        while try await !condition() {
            guard ContinuousClock.now < end else { throw Failed("\(what): not within \(limit)") }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Ends the scenario without a verdict unless it runs as root and has every one of `tools`.
    func requireRoot(_ tools: String...) throws {
        guard geteuid() == 0 else { throw Skipped("it takes root") }
        for tool in tools where Tools.path(of: tool) == nil { throw Skipped("there is no \(tool)") }
    }

    /// Ends the scenario without a verdict unless system calls can be failed here.
    func requireTracing() async throws {
        try require("strace")
        guard (try? await Tools.run("strace", "-qq", "-o", "/dev/null", "true")) != nil else {
            throw Skipped("programs cannot be traced here")
        }
    }

    /// Ends the scenario without a verdict unless `tool` is here.
    func require(_ tool: String) throws {
        guard Tools.path(of: tool) != nil else { throw Skipped("there is no \(tool)") }
    }
}

/// A scenario cannot be played here.
struct Skipped: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
