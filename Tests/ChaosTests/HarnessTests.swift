import Dispatch
import Foundation
import TestSupport
import Testing

@testable import Chaos

/// What judges the scenarios must itself not hang, forget or flatter.
@Suite("The player of scenarios")
struct HarnessTests {
    @Test("ends a play that hangs, even one that nobody can cancel")
    func limit() async {
        let stuck = DispatchSemaphore(value: 0)
        let outcome = await TimeLimit.run(.milliseconds(50), courtesy: .milliseconds(50)) {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                Thread.detachNewThread {
                    stuck.wait()
                    continuation.resume()
                }
            }
            return "done"
        }
        #expect(outcome == nil)
        stuck.signal()
    }

    @Test("tells how a play ended in time")
    func inTime() async {
        #expect(await TimeLimit.run(.seconds(600)) { "done" } == "done")
    }

    @Test("lets no play pass that ends after its limit")
    func late() async {
        let outcome = await TimeLimit.run(.milliseconds(50)) {
            while !Task.isCancelled { await Task.yield() }
            return "done"
        }
        #expect(outcome == nil)
    }

    @Test("has a number, a fault and a promise for each")
    func catalogue() {
        #expect(Set(Scenario.all.map(\.id)).count == Scenario.all.count)
        for scenario in Scenario.all {
            #expect(!scenario.promises.isEmpty && scenario.promises.allSatisfy((1...12).contains))
            #expect(scenario.limit > 0)
        }
    }

    @Test("writes the page's table from its record, the last word of each scenario")
    func table() throws {
        let folder = TemporaryFolder()
        let page = folder.file("page.md")
        try folder.write("By hand.\n\(ResultTable.mark)\nold", to: "page.md")
        for (outcome, words) in [("FAIL", "a | b"), ("PASS", nil)] {
            Report(
                id: "F22", form: "full", seed: 7, outcome: outcome, counts: ["2 kills"],
                seconds: 1.5,
                words: words
            ).append(to: folder.file("record"))
        }
        Report(
            id: "F34", form: "full", seed: 8, outcome: "FAIL", counts: [], seconds: 2,
            words: "a | b"
        ).append(to: folder.file("record"))
        try ResultTable(record: [folder.file("record"), page]).write()

        let lines = try String(contentsOfFile: page, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 2 + 2 + Scenario.all.count + 2 + 12)
        #expect(lines.first == "By hand.")
        let row = try #require(lines.first { $0.hasPrefix("| F22 |") })
        #expect(row.hasSuffix("| PASS | 2 kills | 7 | 1.5 |"))
        let failed = try #require(lines.first { $0.hasPrefix("| F34 |") })
        #expect(failed.hasSuffix("| FAIL | a \\| b | 8 | 2.0 |"))
    }
}
