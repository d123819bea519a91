/// Rows under titles, each column as wide as its widest cell.
struct TextTable {
    private var rows: [[String]]
    private let rightAligned: Set<Int>

    /// A table under `titles`; of the columns that hold numbers, cells stand at the right.
    init(_ titles: [String], rightAligned: Set<Int> = []) {
        rows = [titles]
        self.rightAligned = rightAligned
    }

    /// Adds a row with a cell a title.
    mutating func append(_ cells: [String]) { rows.append(cells) }

    /// The lines, without blanks at their ends.
    var text: String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let line = zip(row, widths).enumerated().map { column, cell in
                rightAligned.contains(column)
                    ? cell.0.leftPadded(to: cell.1) : cell.0.rightPadded(to: cell.1)
            }.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}
