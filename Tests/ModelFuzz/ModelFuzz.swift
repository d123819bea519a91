import Foundation
import Glibc

/// Damages model files in every way it knows, and sees that each is refused or read, and that
/// nothing crashes, hangs or takes more memory than it may.
///
///     ModelFuzz FROM..TO FILE…
///
/// plays those seeds over each file; every seed is a damage of its own, the same on every machine.
/// Prints a line for each finding and one at the end; the exit code is 1 where anything was found.
@main
enum ModelFuzz {
    static func main() {
        let words = CommandLine.arguments.dropFirst()
        do {
            if words.first == "endure" {
                try Endurance(Array(words.dropFirst())).run()
                return
            }
            guard let range = words.first.flatMap(seeds), words.count > 1 else {
                throw Misuse("usage: ModelFuzz FROM..TO FILE...")
            }
            var hunt = Hunt(range)
            for file in words.dropFirst() { try hunt.play(file) }
            print(hunt.summary)
            exit(hunt.findings == 0 ? 0 : 1)
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(2)
        }
    }

    /// `3..7` as a range of seeds.
    static func seeds(_ text: String) -> ClosedRange<UInt64>? {
        let ends = text.components(separatedBy: "..").map { UInt64($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else {
            return nil
        }
        return first...last
    }
}

/// The program was called wrongly, or the system did not let it work.
struct Misuse: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
