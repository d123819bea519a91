import Foundation
import Glibc
import Rehearsal

/// Plays scenarios one after the other, and tells how each ended.
struct Play {
    private var form = Form.full
    private var seed: UInt64 = 7
    private var record: String?
    private var scenarios: [Scenario] = []

    init(_ words: [String]) throws {
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "--short": form = .short
            case "--seed":
                guard let number = rest.popFirst().flatMap({ UInt64($0) }) else {
                    throw Misuse("--seed is followed by a number")
                }
                seed = number
            case "--record":
                guard let file = rest.popFirst() else { throw Misuse("--record names a file") }
                record = file
            default:
                guard let scenario = Scenario.all.first(where: { $0.id == word }) else {
                    throw Misuse("there is no scenario '\(word)'; --help lists them")
                }
                scenarios.append(scenario)
            }
        }
        if scenarios.isEmpty { scenarios = Scenario.all }
    }

    /// How the program is called, and what it plays.
    static var usage: String {
        let scenarios = Scenario.all.map { "    \($0.id)  \($0.fault)" }
        return """
            Kills, stops and starves a coordinator and its workers, and sees that nothing is lost.

                Chaos [--short] [--seed 7] [--record FILE] [F01 F02 …]
                Chaos table FILE docs/reliability.md

            It plays those scenarios, or all, and prints PASS, FAIL or SKIP for each. --record keeps
            what was counted, and 'table' writes a page's table of it. The exit code is 1 where one
            failed, and 2 where nothing could be played.

            \(scenarios.joined(separator: "\n"))
            """
    }

    /// Whether none of them failed.
    func run() async -> Bool {
        var isGood = true
        for scenario in scenarios {
            let trial = Trial(seed: seed, form: form)
            let start = ContinuousClock.now
            let outcome = await Self.outcome(of: scenario, in: trial)
            let report = Report(
                id: scenario.id, form: form.rawValue, seed: seed, outcome: outcome.word,
                counts: trial.counts.map { "\($0.count) \($0.name)" },
                seconds: (start.duration(to: .now) / .seconds(1) * 10).rounded() / 10,
                words: outcome.words)
            tell(report.line)
            if let record { report.append(to: record) }
            isGood = isGood && outcome.word != "FAIL"
        }
        return isGood
    }

    private static func outcome(
        of scenario: Scenario, in trial: Trial
    ) async -> (word: String, words: String?) {
        await TimeLimit.run(.seconds(scenario.limit)) {
            do {
                try await scenario.play(trial)
                return ("PASS", nil)
            } catch let reason as Skipped {
                return ("SKIP", "\(reason)")
            } catch {
                return ("FAIL", "\(error)")
            }
        } ?? ("FAIL", "not done within \(scenario.limit) s")
    }

    /// Writes a line at once, for who reads along.
    private func tell(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}

/// How a scenario ended.
struct Report: Codable {
    let id: String
    let form: String
    let seed: UInt64
    let outcome: String
    let counts: [String]
    let seconds: Double
    let words: String?

    /// As it is printed.
    var line: String {
        if outcome == "SKIP" { return "SKIP \(id): \(words ?? "")" }
        let tail = ([words].compactMap(\.self) + counts).joined(separator: ", ")
        return "\(outcome) \(id) seed \(seed): \(tail); \(seconds) s"
    }

    /// Appends it to a file of JSON Lines.
    func append(to path: String) {
        guard let line = try? JSONEncoder().encode(self) else { return }
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        defer { close(file) }
        let bytes = [UInt8](line) + [UInt8(ascii: "\n")]
        _ = write(file, bytes, bytes.count)
    }

    /// The reports of such a file; of several on one scenario, the last.
    static func read(_ path: String) throws -> [String: Report] {
        let lines = try Data(contentsOf: URL(filePath: path)).split(separator: UInt8(ascii: "\n"))
        let reports = try lines.map { try JSONDecoder().decode(Report.self, from: $0) }
        return Dictionary(reports.map { ($0.id, $0) }) { $1 }
    }
}
