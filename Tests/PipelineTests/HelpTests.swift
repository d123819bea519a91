import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import pipeline

/// A command, and the file that holds its whole help screen, as `pipeline label --help` prints it.
///
/// Who changes a command writes its screen anew, and reads it once:
///
///     pipeline label --help > Tests/PipelineTests/Help/pipeline-label.txt
struct HelpScreen: Sendable, CustomTestStringConvertible {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Help")

    /// Every command of the program, each after the one that it belongs to.
    static let all = screens(of: PipelineCommand.self, called: ["pipeline"])

    let command: any ParsableCommand.Type
    /// What a person types.
    let words: [String]

    var testDescription: String { words.joined(separator: " ") }
    var file: String { words.joined(separator: "-") + ".txt" }

    /// What the program prints on 80 columns.
    var printed: String {
        PipelineCommand.helpMessage(for: command, includeHidden: false, columns: 80) + "\n"
    }

    private static func screens(
        of command: any ParsableCommand.Type, called words: [String]
    ) -> [HelpScreen] {
        [HelpScreen(command: command, words: words)]
            + command.configuration.subcommands.flatMap { subcommand in
                screens(of: subcommand, called: words + [subcommand._commandName])
            }
    }
}

@Suite("A help screen")
struct HelpTests {
    @Test("says this, from its first line to its last", arguments: HelpScreen.all)
    func text(_ screen: HelpScreen) throws {
        let file = HelpScreen.folder.appending(path: screen.file)
        #expect(try screen.printed == String(contentsOf: file, encoding: .utf8))
    }

    @Test("teaches with an example, in 80 columns", arguments: HelpScreen.all)
    func example(_ screen: HelpScreen) {
        let lines = screen.printed.split(separator: "\n")
        let isExample = { (line: Substring) in
            line.hasPrefix("  ") && line.contains(screen.testDescription)
        }
        #expect(lines.contains(where: isExample))
        // The parser never breaks the line that lists all options.
        for line in lines where !line.hasPrefix("USAGE:") {
            #expect(line.count <= 80, "\(line)")
        }
    }

    @Test("belongs to every command, and to nothing else")
    func files() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: HelpScreen.folder.path)
        #expect(Set(files) == Set(HelpScreen.all.map(\.file)))
        #expect(HelpScreen.all.count >= 12)
    }

    @Test("goes to standard output, and ends with 0")
    func process() async throws {
        let outcome = try await Program.run("label", "--help")
        let file = HelpScreen.folder.appending(path: "pipeline-label.txt")

        #expect(outcome.status == 0)
        #expect(outcome.err.isEmpty)
        #expect(outcome.out == (try String(contentsOf: file, encoding: .utf8)))
    }
}
