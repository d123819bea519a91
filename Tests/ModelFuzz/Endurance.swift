import Foundation
import Fuzzing
import Glibc

/// The child: damages a file seed by seed and reads what comes of it as the program would.
///
/// Prints a line `SEED` before and `SEED OUTCOME MILLISECONDS KIBIBYTES` after each.
struct Endurance {
    private let seeds: ClosedRange<UInt64>
    private let bytes: [UInt8]
    private let parser: Parser

    init(_ words: [String]) throws {
        guard words.count == 3, let range = ModelFuzz.seeds(words[0]),
            let parser = Parser(rawValue: words[1])
        else {
            throw Misuse("endure takes FROM..TO, PARSER and FILE")
        }
        seeds = range
        self.parser = parser
        bytes = [UInt8](try Data(contentsOf: URL(filePath: words[2])))
    }

    func run() {
        for seed in seeds {
            let damaged = Damage(seed: seed).applied(to: bytes, parser)
            tell("\(seed)")
            forgetPeak()
            let start = processorMilliseconds
            let outcome = parser.read(damaged)
            tell("\(seed) \(outcome) \(processorMilliseconds - start) \(peak)")
        }
    }

    /// Writes a line at once: what is still in a buffer when the child crashes is lost.
    private func tell(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    private var processorMilliseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    /// The most memory that the process has had since ``forgetPeak()``, in KiB.
    private var peak: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
    }

    private func forgetPeak() {
        let file = open("/proc/self/clear_refs", O_WRONLY)
        _ = write(file, "5", 1)
        close(file)
    }
}
