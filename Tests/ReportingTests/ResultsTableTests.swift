import PipelineCore
import Testing

@testable import Reporting

@Suite("A table of results")
struct ResultsTableTests {
    @Test("shows file, label, confidence and agreement")
    func golden() async throws {
        let stored = try HandmadeRun.stored()

        let table = try await stored.reporter().table(stored.run, rows: 20)

        #expect(
            table == #"""
                File                   Label                 Confidence  Agreement
                =1+1.jpg               tabby                 0.620       2/2
                cat.jpg                tiger cat             0.970       2/2
                new\nline <b>.jpg      failed: truncated
                q"u,o|t`e\u{202E}.jpg  =sum                  0.460       1/2
                sub/ends\x5Cx41.jpg    failed: shard-failed
                sub/猫.jpg             failed: shard-failed
                zz\xFF\xFE.jpg         Egyptian, or "Mau"    0.645       2/2

                """#)
    }

    @Test("counts the rows it leaves out", arguments: [0, 1, 3, 6])
    func limit(_ limit: Int) async throws {
        let stored = try HandmadeRun.stored()
        let lines = try await stored.reporter().table(stored.run, rows: limit)
            .split(separator: "\n")

        #expect(lines.count == limit + 2)
        #expect(lines.last == "… and \(7 - limit) more")
    }

    @Test("keeps to its width, and to the end of a long path", arguments: [60, 80, 120])
    func width(_ width: Int) {
        let file = String(repeating: "folder/", count: 30) + "猫猫.jpg"
        let rows = [
            ManifestRow(
                file: RelativePath(bytes: Array(file.utf8)),
                outcome: .labelled(StatisticsTests.prediction(0, members: [0])))
        ]
        let table = ResultsTable(rows: rows, total: 1, classes: HandmadeRun.classes, width: width)

        for line in table.text.split(separator: "\n") { #expect(displayWidth(line) <= width) }
        #expect(table.text.contains("folder/猫猫.jpg"))
        #expect(table.text.contains("…"))
    }

    @Test(
        "knows how wide characters are",
        arguments: [
            ("abc", 3), ("猫", 2), ("e\u{301}", 1), ("🐈", 2), ("한글", 4), ("é", 1), ("", 0),
        ])
    func widths(_ text: String, _ width: Int) {
        #expect(displayWidth(text) == width)
    }

    @Test(
        "cuts in front",
        arguments: [
            ("abcdef", 6, "abcdef"), ("abcdef", 5, "…cdef"), ("猫猫猫", 5, "…猫猫"), ("猫猫猫", 4, "…猫"),
            ("abc", 1, "…"),
        ])
    func cuts(_ text: String, _ limit: Int, _ fitting: String) {
        #expect(fitted(text, to: limit) == fitting)
    }

    @Test(
        "lets no name move the cursor",
        arguments: ["\u{1B}[2J", "a\rb", "\u{9B}31m", "\u{202E}gpj"])
    func controls(_ name: String) {
        let rows = [
            ManifestRow(
                file: RelativePath(bytes: Array(name.utf8)),
                outcome: .failed(ImageFailure(reason: "empty", detail: "")))
        ]
        let text = ResultsTable(rows: rows, total: 1, classes: HandmadeRun.classes).text

        #expect(
            !text.unicodeScalars.contains { scalar in
                scalar != "\n" && scalar.properties.generalCategory == .control
                    || scalar.properties.isBidiControl
            })
    }
}
