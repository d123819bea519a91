import Foundation
import Glibc
import Rehearsal

/// Puts a coordinator under more than it is used to, measures, and holds the figures to limits.
///
///     Load workers   [--seconds 600] [--workers 200] [--down 5]
///     Load rows      [--rows 10000000]
///     Load straggler [--images 600]
///     Load hour      [--minutes 60] [--seed 7]
///
/// Each prints a line for each figure, `PASS` or `FAIL` with its limit; the exit code is 1 where a
/// limit was missed. `--record FILE` also adds the lines to a file. `Load worker …` is for the
/// program's own children.
@main
enum Load {
    static func main() async {
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            if words.first == "worker" {
                try await StubWorker(words.dropFirst()).run()
                return
            }
            guard let name = words.first, let trial = trials[name] else {
                throw Misuse("usage: Load \(trials.keys.sorted().joined(separator: "|")) [OPTIONS]")
            }
            let options = try LoadOptions(words.dropFirst())
            let report = LoadReport(name, record: options["record"])
            try await trial(options, report)
            exit(report.hasPassed ? 0 : 1)
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(2)
        }
    }

    private static let trials: [String: @Sendable (LoadOptions, LoadReport) async throws -> Void] =
        [
            "hour": { try await HourTrial($0).run($1) },
            "rows": { try await RowsTrial($0).run($1) },
            "straggler": { try await StragglerTrial($0).run($1) },
            "workers": { try await WorkersTrial($0).run($1) },
        ]
}
