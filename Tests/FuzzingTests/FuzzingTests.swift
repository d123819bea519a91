import Foundation
import Fuzzing
import TestSupport
import Testing

/// Each parser over its seeds, over a few hundred damages of them, and over every input that was
/// found to hurt; in a process of its own, whose end, time and memory can be seen.
///
/// `make fuzz` plays them for as long as one likes, and looks for new ways by itself.
@Suite("Bytes that others wrote")
struct FuzzingTests {
    /// How many damaged inputs each parser gets, at least.
    static let damages = 300

    @Test("are read or refused, however damaged", arguments: Parser.allCases)
    func damaged(_ parser: Parser) throws {
        let folder = TemporaryFolder()
        let files = try parser.seeds().enumerated().map { index, seed in
            let path = folder.file("\(index)")
            try Data(seed).write(to: URL(filePath: path))
            return path
        }
        let outcome = try play(parser, "0..\(Self.damages / files.count + 1)", files)
        #expect(outcome.status == 0, "\(outcome.out)")
        let played = outcome.out.split(separator: " ").first.flatMap { Int($0) } ?? 0
        #expect(played >= Self.damages, "\(outcome.out)")
    }

    @Test(
        "hurt only once",
        arguments: Parser.allCases.flatMap { parser in parser.kept.map { (parser, $0) } })
    func kept(_ parser: Parser, _ file: String) throws {
        let outcome = try play(parser, "0..30", [file])
        #expect(outcome.status == 0, "\(outcome.out)")
    }

    @Test("make sense where they are seeds", arguments: Parser.allCases)
    func seeds(_ parser: Parser) throws {
        let outcomes = try parser.seeds().map { parser.read($0) }
        // Some fixtures are there to be refused.
        #expect(outcomes.count { $0 == .read } * 2 >= outcomes.count, "\(outcomes)")
        #expect(!outcomes.contains(.silent))
    }

    private func play(
        _ parser: Parser, _ seeds: String, _ files: [String]
    ) throws -> Command.Outcome {
        let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let program = URL(filePath: bundle).deletingLastPathComponent()
            .appending(path: "ModelFuzz").path
        return try Command.run([program, seeds, "--as", parser.rawValue] + files)
    }
}
