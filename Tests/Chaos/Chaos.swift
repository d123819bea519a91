import Foundation
import Glibc
import Rehearsal

/// Kills, stops, cuts off and starves a coordinator and its workers, and sees that the manifest that
/// comes out is the same, byte for byte.
///
///     Chaos [--short] [--seed N] [--record FILE] [F01 F02 …]
///
/// plays those scenarios, or all, one after the other, and prints `PASS F01 seed 7: …`, `FAIL …` or
/// `SKIP …` for each; the exit code is 1 where one failed. `--record` keeps what was counted, and
///
///     Chaos table FILE docs/reliability.md
///
/// writes the page's table of it. `Chaos worker …` and `Chaos poisoned …` are for the
/// program's own children.
@main
enum Chaos {
    static func main() async {
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            switch words.first {
            case "worker": try await StubWorker(words.dropFirst()).run()
            case "poisoned": try await PoisonedWorker(words.dropFirst()).run()
            case "--help", "-h": print(Play.usage)
            case "table": try ResultTable(record: words.dropFirst()).write()
            default:
                let play = try Play(words)
                try await Mount.keepApart()
                exit(await play.run() ? 0 : 1)
            }
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(2)
        }
    }
}
