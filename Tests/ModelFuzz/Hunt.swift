import Foundation
import Fuzzing
import Glibc

/// Plays seeds over files in a child process, and counts how they end.
struct Hunt {
    /// What one damaged file may take.
    enum Limit {
        /// Of a processor, in milliseconds.
        static let milliseconds = 5000
        /// Of memory beyond the file's size, in KiB.
        static let kibibytes = 256 << 10
        /// Of a clock on the wall before a child counts as hung, in milliseconds: a machine with
        /// much else to do may take long over a few seconds' work.
        static let patience: Int32 = 120_000
    }

    private let seeds: ClosedRange<UInt64>
    private var refused = 0
    private var read = 0
    private(set) var findings = 0
    private var slowest = 0
    private var largest = 0

    init(_ seeds: ClosedRange<UInt64>) { self.seeds = seeds }

    /// A sentence of all that was played.
    var summary: String {
        "\(refused + read + findings) damaged files: \(refused) refused, \(read) read, "
            + "\(findings) findings; at most \(slowest) ms and \(largest >> 10) MiB each"
    }

    /// Plays every seed over `file`, for `parser` to read; a child that ends before them is replaced by another.
    mutating func play(_ file: String, for parser: Parser) throws {
        let size = (try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? 0
        var next = seeds.lowerBound
        while true {
            let child = try ChildProcess([
                "endure", "\(next)..\(seeds.upperBound)", parser.rawValue, file,
            ])
            var begun: UInt64?
            var end: String?
            while let line = child.line(within: Limit.patience) {
                let words = line.split(separator: " ")
                guard let seed = words.first.flatMap({ UInt64($0) }) else { continue }
                if words.count == 4, let time = Int(words[2]), let memory = Int(words[3]) {
                    begun = nil
                    next = seed + 1
                    count(String(words[1]), time, memory, size, "\(file), seed \(seed)")
                } else {
                    begun = seed
                }
            }
            end = child.end()
            if let seed = begun {
                findings += 1
                print("\(file), seed \(seed): \(end ?? "hangs")")
                next = seed + 1
            } else if end != nil || next <= seeds.upperBound {
                throw Misuse("\(file): the child ended at seed \(next): \(end ?? "early")")
            }
            if next > seeds.upperBound { return }
        }
    }

    private mutating func count(
        _ outcome: String, _ time: Int, _ memory: Int, _ size: Int, _ what: String
    ) {
        slowest = max(slowest, time)
        largest = max(largest, memory)
        if time > Limit.milliseconds {
            findings += 1
            print("\(what): takes \(time) ms")
        } else if memory > Limit.kibibytes + size >> 10 {
            findings += 1
            print("\(what): takes \(memory >> 10) MiB")
        } else if outcome == "silent" {
            findings += 1
            print("\(what): is refused without a word")
        } else if outcome == "refused" {
            refused += 1
        } else {
            read += 1
        }
    }
}
