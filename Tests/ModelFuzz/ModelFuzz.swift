import Foundation
import Fuzzing
import Glibc

/// Damages files in every way it knows, and sees that each is refused or read, and that nothing
/// crashes, hangs or takes more memory than it may.
///
///     ModelFuzz FROM..TO [--as PARSER] FILE…
///
/// plays those seeds over each file; every seed is a damage of its own, the same on every machine,
/// and seed 0 is none. Without a parser the files are models, told by their names.
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
            var files = Array(words.dropFirst())
            var parser: Parser?
            if files.count > 1, files[0] == "--as" {
                parser = Parser(rawValue: files[1])
                files = parser == nil ? [] : Array(files.dropFirst(2))
            }
            guard let range = words.first.flatMap(seeds), !files.isEmpty else {
                throw Misuse("usage: ModelFuzz FROM..TO [--as PARSER] FILE...")
            }
            var hunt = Hunt(range)
            for file in files { try hunt.play(file, for: parser ?? Parser(of: file)) }
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

extension Parser {
    /// The one that reads a model file, by the end of its name.
    init(of file: String) {
        self =
            switch URL(filePath: file).pathExtension {
            case "onnx": .onnx
            case "safetensors": .safetensors
            case "pt": .pytorch
            default: .legacy
            }
    }
}

/// The program was called wrongly, or the system did not let it work.
struct Misuse: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
