package import PipelineCore

/// The first rows of a manifest as a table for the terminal.
///
/// Control characters are shown as escapes: a file's name cannot move the cursor.
package struct ResultsTable: Sendable {
    /// The widest a label is shown.
    private static let widestLabel = 36

    private let rows: [ManifestRow]
    private let total: Int
    private let classes: ClassList
    private let width: Int

    /// A table of `rows`, the first of `total`, in at most `width` columns where names allow it.
    package init(rows: [ManifestRow], total: Int, classes: ClassList, width: Int = 100) {
        self.rows = rows
        self.total = total
        self.classes = classes
        self.width = width
    }

    /// The table, a line each for the titles and every row, and one that counts what is left out.
    package var text: String {
        let titles = ["File", "Label", "Confidence", "Agreement"]
        var cells = rows.map(cells)
        cells.insert(titles, at: 0)
        for row in cells.indices {
            cells[row][1] = fitted(cells[row][1], to: Self.widestLabel)
        }
        var widths = titles.indices.map { column in
            cells.map { displayWidth($0[column]) }.max() ?? 0
        }
        let others = widths[1] + widths[2] + widths[3] + 3 * 2
        widths[0] = min(widths[0], max(12, width - others))
        var lines = cells.map { row in
            let columns = zip(row, widths).enumerated().map { column, cell in
                column == 0
                    ? padded(fitted(cell.0, to: cell.1), to: cell.1)
                    : padded(cell.0, to: cell.1)
            }
            let line = columns.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
        if total > rows.count { lines.append("… and \(total - rows.count) more") }
        return lines.joined(separator: "\n") + "\n"
    }

    private func cells(of row: ManifestRow) -> [String] {
        let file = displayText(row.file.text)
        switch row.outcome {
        case .labelled(let prediction):
            let members = prediction.members.count
            let agreeing = prediction.members.count { $0.index == prediction.index }
            let label =
                classes.labels.indices.contains(prediction.index)
                ? classes.labels[prediction.index] : "class \(prediction.index)"
            return [
                file, displayText(label), decimals(prediction.confidence, 3),
                "\(agreeing)/\(members)",
            ]
        case .failed(let failure):
            return [file, "failed: " + displayText(failure.reason), "", ""]
        }
    }
}
