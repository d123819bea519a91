extension ScatterChart {
    /// The chart in characters, `columns` wide and about `rows` high, and under it the Pareto front
    /// as a list.
    ///
    /// A point of the front is a letter, which the list explains. Others are `·`, `o` or `O`, by
    /// their size: up to a tenth of the largest, up to a half, and more.
    package func text(columns: Int, rows: Int = 22) -> String {
        var page = TextPage(self, columns: max(columns, 40), rows: max(rows, 8))
        return page.text
    }
}

/// One drawing of a chart, in characters.
private struct TextPage {
    private let chart: ScatterChart
    private let x: Axis
    private let y: Axis
    private let margin = 7
    private let width: Int
    private let height: Int
    private var cells: [[Character]]

    init(_ chart: ScatterChart, columns: Int, rows: Int) {
        self.chart = chart
        x = Axis.logarithmic(chart.points.map(\.x))
        y = Axis.linear(chart.points.map(\.y), ticks: rows / 3)
        width = columns - margin - 1
        height = rows
        cells = Array(repeating: Array(repeating: " ", count: width), count: height)
    }

    var text: String {
        mutating get {
            let largest = chart.points.map(\.size).max() ?? 1
            for point in chart.points.sorted(by: { $0.size < $1.size }) {
                let share = point.size / largest
                put(share <= 0.1 ? "·" : share <= 0.5 ? "o" : "O", at: point)
            }
            let front = chart.front
            for (letter, index) in zip(Self.letters, front) { put(letter, at: chart.points[index]) }
            return ([chart.title, "", chart.yTitle] + rows + feet + [""] + list(front))
                .joined(separator: "\n")
        }
    }

    /// As many as a front will ever have on a page.
    private static let letters = Array("ABCDEFGHIJKLMNPQRSTUVWXYZabcdefghijklmnpqrstuvwxyz")

    private mutating func put(_ mark: Character, at point: ScatterChart.Point) {
        let column = Int((x.position(point.x) * Double(width - 1)).rounded())
        let row = Int(((1 - y.position(point.y)) * Double(height - 1)).rounded())
        cells[min(max(row, 0), height - 1)][min(max(column, 0), width - 1)] = mark
    }

    private var rows: [String] {
        var labels: [Int: String] = [:]
        for tick in y.ticks {
            labels[Int(((1 - y.position(tick.value)) * Double(height - 1)).rounded())] = tick.label
        }
        return cells.indices.map { row in
            let label = labels[row] ?? ""
            let blanks = String(repeating: " ", count: max(0, margin - 1 - label.count))
            let edge = labels[row] == nil ? " │" : " ┤"
            return Self.trimmed(blanks + label + edge + String(cells[row]))
        }
    }

    /// The horizontal axis, its marks' labels, and what it counts.
    private var feet: [String] {
        var axis = Array(repeating: Character("─"), count: width)
        var labels = Array(repeating: Character(" "), count: width)
        var free = 0
        for tick in x.ticks {
            let column = Int((x.position(tick.value) * Double(width - 1)).rounded())
            let start = column - tick.label.count / 2
            guard start >= free, start + tick.label.count <= width else { continue }
            axis[column] = "┬"
            labels.replaceSubrange(start..<start + tick.label.count, with: tick.label)
            free = start + tick.label.count + 1
        }
        let blanks = String(repeating: " ", count: margin)
        return [
            blanks + "└" + String(axis), Self.trimmed(blanks + " " + String(labels)),
            blanks + " " + chart.xTitle,
        ]
    }

    private func list(_ front: [Int]) -> [String] {
        let rows = zip(Self.letters, front.map { chart.points[$0] })
        let longest = rows.map { $0.1.name.count }.max() ?? 0
        return ["No other is better than these:"]
            + rows.map { letter, point in
                let blanks = String(repeating: " ", count: longest - point.name.count + 2)
                return "  \(letter) \(point.name)\(blanks)\(point.detail)"
            }
            + ["", "· o O: others, by \(chart.sizeTitle)"]
    }

    private static func trimmed(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }
}
