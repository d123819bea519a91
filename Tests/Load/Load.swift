import Foundation
import Glibc
import Rehearsal

/// Puts a coordinator under more than it is used to, measures, and holds the figures to limits.
///
/// `Load` without a word says how it is called. `Load worker …` is for the program's own children.
@main
enum Load {
    static func main() async {
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            switch words.first {
            case "worker": try await StubWorker(words.dropFirst()).run()
            case nil, "--help", "-h": print(usage)
            case let name?:
                guard let trial = trials.first(where: { $0.key == name })?.value else {
                    throw Misuse("there is no trial '\(name)'\n\n\(usage)")
                }
                exit(try await play(trial, name, words.dropFirst()) ? 0 : 1)
            }
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(2)
        }
    }

    private static let trials: KeyValuePairs<String, any LoadTrial.Type> = [
        "workers": WorkersTrial.self,
        "rows": RowsTrial.self,
        "straggler": StragglerTrial.self,
        "hour": HourTrial.self,
    ]

    /// Whether every limit was held.
    private static func play(
        _ trial: any LoadTrial.Type, _ name: String, _ words: some Collection<String>
    ) async throws -> Bool {
        let options = try LoadOptions(words, trial.usual)
        let report = LoadReport(name, record: options.record)
        try await trial.init(options).run(report)
        return report.hasPassed
    }

    private static var usage: String {
        let lines = trials.map { name, trial in
            "    Load \(name)" + trial.usual.map { " --\($0.key) \($0.value)" }.joined()
        }
        return """
            Puts a coordinator under load, and holds what it measures to limits.

            \(lines.joined(separator: "\n"))

            Options show what they are when nothing is said of them. Each trial prints a line for each
            figure, PASS or FAIL with its limit; --record FILE adds the lines to a file as well. The
            exit code is 1 where a limit was missed, and 2 where nothing could be measured.
            """
    }
}
