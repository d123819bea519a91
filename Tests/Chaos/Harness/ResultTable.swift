import Foundation
import Rehearsal

/// The table of what the scenarios counted, in a page of the documentation.
struct ResultTable {
    /// The page's last line that is written by hand.
    static let mark = "<!-- Below this line the page is written by `make chaos`. -->"

    private let record: String
    private let page: String

    /// Takes the record's file and the page's.
    init(record words: some Collection<String>) throws {
        let words = Array(words)
        guard words.count == 2 else { throw Misuse("Chaos table RECORD PAGE") }
        (record, page) = (words[0], words[1])
    }

    /// Writes the page's rest anew.
    func write() throws {
        let text = try String(contentsOfFile: page, encoding: .utf8)
        guard let mark = text.range(of: Self.mark) else {
            throw Misuse("'\(page)' has no line '\(Self.mark)'")
        }
        let rest = try Self.lines(of: Report.read(record)).joined(separator: "\n")
        try (text[..<mark.upperBound] + "\n\n" + rest + "\n").write(
            toFile: page, atomically: true, encoding: .utf8)
    }

    /// A row a scenario, also for those that have not been played, and a row a promise.
    static func lines(of reports: [String: Report]) -> [String] {
        let head = [
            "| | Fault | Expected | Outcome | Counted | Seed | Seconds |", rule(columns: 7),
        ]
        let rows = Scenario.all.map { scenario in
            let report = reports[scenario.id]
            let counted = [report?.words].compactMap(\.self) + (report?.counts ?? [])
            return row([
                scenario.id, scenario.fault, scenario.expectation,
                report?.outcome ?? "not played", counted.joined(separator: ", "),
                report.map { "\($0.seed)" } ?? "", report.map { "\($0.seconds)" } ?? "",
            ])
        }
        let promises = (1...12).map { promise in
            let ids = Scenario.all.filter { $0.promises.contains(promise) }.map(\.id)
            return row(["P\(promise)", ids.joined(separator: " ")])
        }
        return head + rows + ["", "| Promise | Scenarios |", rule(columns: 2)] + promises
    }

    private static func rule(columns: Int) -> String {
        "|" + String(repeating: "---|", count: columns)
    }

    private static func row(_ cells: [String]) -> String {
        let cells = cells.map { $0.replacing("|", with: "\\|").replacing("\n", with: " ") }
        return "| " + cells.joined(separator: " | ") + " |"
    }
}
