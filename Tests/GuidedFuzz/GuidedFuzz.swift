import Foundation
import Fuzzing
import Glibc

#if GUIDED
/// What libFuzzer, which brings its own `main`, calls before all else.
///
/// `PARSER` in the environment says who reads, and `SEEDS` where its seeds are to be written.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeRawPointer, _ words: UnsafeRawPointer) -> CInt {
    do {
        for (index, seed) in try chosen.seeds().enumerated() {
            let folder = ProcessInfo.processInfo.environment["SEEDS"] ?? "."
            try Data(seed).write(to: URL(filePath: "\(folder)/\(index)"))
        }
        return 0
    } catch {
        end("the seeds of \(chosen.rawValue) cannot be written: \(error)")
    }
}

/// What libFuzzer calls with each of its inputs.
///
/// Its own limit is one of time on the wall, which passes on a busy machine while nothing is done;
/// five seconds of a processor are too much on any.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let start = processorSeconds
    let outcome = chosen.read(Array(UnsafeBufferPointer(start: bytes, count: count)))
    precondition(outcome != .silent, "refused without a word")
    precondition(processorSeconds - start < 5, "takes longer than five seconds")
    return 0
}

private let chosen: Parser = {
    let name = ProcessInfo.processInfo.environment["PARSER"] ?? ""
    guard let parser = Parser(rawValue: name) else {
        let names = Parser.allCases.map(\.rawValue).joined(separator: " ")
        end("'\(name)' is no parser; there are \(names)")
    }
    return parser
}()

private var processorSeconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return time.tv_sec
}
#else
/// Without the fuzzer: says how each file is taken, in the order named.
@main
enum GuidedFuzz {
    static func main() throws {
        let words = CommandLine.arguments.dropFirst()
        guard let parser = words.first.flatMap(Parser.init), words.count > 1 else {
            end("usage: GuidedFuzz PARSER FILE...")
        }
        for file in words.dropFirst() {
            print(file, parser.read([UInt8](try Data(contentsOf: URL(filePath: file)))))
        }
    }
}
#endif

private func end(_ words: String) -> Never {
    FileHandle.standardError.write(Data((words + "\n").utf8))
    exit(2)
}
