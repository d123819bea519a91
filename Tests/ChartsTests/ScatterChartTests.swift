import Foundation
import FoundationXML
import TestSupport
import Testing

@testable import Charts

@Suite("A scatter chart")
struct ScatterChartTests {
    /// Points of a front at 10, 20, 40 and 80, and three that others beat.
    static let points = [
        point("beaten", 15, 60), point("slowest", 10, 84), point("slow", 20, 80, size: 100),
        point("twin", 20, 80, size: 1), point("equal-y", 15, 80), point("quick", 40, 70),
        point("quickest", 80, 50), point("last", 79, 49),
    ]

    static func point(
        _ name: String, _ x: Double, _ y: Double, size: Double = 10
    ) -> ScatterChart.Point {
        ScatterChart.Point(
            name: name, group: name.hasPrefix("q") ? "<quick & \"fast\">" : "others", x: x, y: y,
            size: size, detail: "\(y) %")
    }

    static func chart(
        _ points: [ScatterChart.Point], better: ScatterChart.Direction = .more
    ) -> ScatterChart {
        ScatterChart(
            title: "Accuracy against speed", xTitle: "images a second", yTitle: "top-1, %",
            sizeTitle: "million parameters", betterX: better, points: points)
    }

    private func front(_ points: [ScatterChart.Point], _ better: ScatterChart.Direction) -> [String]
    {
        let chart = Self.chart(points, better: better)
        return chart.front.map { chart.points[$0].name }
    }

    @Test("marks the points that none beats, equals included")
    func front() {
        #expect(front(Self.points, .more) == ["slowest", "slow", "twin", "quick", "quickest"])
        #expect(front(Self.points, .less) == ["slowest"])
        #expect(front([], .more) == [])
        let cheap = [Self.point("a", 1, 50), Self.point("b", 2, 60), Self.point("c", 3, 55)]
        #expect(front(cheap, .less) == ["a", "b"])
    }

    @Test("is an SVG document that XML readers read, whatever things are called")
    func document() throws {
        let reader = XMLReader()
        let elements = try reader.elements(of: Self.chart(Self.points).svg)
        let circles = elements.filter { $0.name == "circle" }
        #expect(elements.first?.name == "svg")
        #expect(circles.count == Self.points.count + 2 + 3, "points, groups and sizes")
        #expect(elements.filter { $0.name == "polyline" }.count == 1)
        let titles = Set(elements.map(\.text))
        #expect(titles.contains("quick: 70.0 %"))
        #expect(titles.contains("<quick & \"fast\">"))
    }

    @Test("lets no name cover another")
    func names() throws {
        var generator = SeededGenerator(seed: 7)
        let crowd = (0..<150).map { index in
            Self.point(
                "network_\(index)_with_a_name", .random(in: 1...1000, using: &generator),
                .random(in: 55...88, using: &generator),
                size: .random(in: 1...300, using: &generator))
        }
        let chart = Self.chart(crowd)
        let elements = try XMLReader().elements(of: chart.svg)
        let names = elements.filter { $0.name == "text" && $0.text.hasPrefix("network_") }
        for index in chart.front {
            #expect(names.contains { $0.text == crowd[index].name }, "the front is named")
        }
        for (index, one) in names.enumerated() {
            for other in names[..<index] where abs(one.y - other.y) < 12 {
                let (left, right) = one.x < other.x ? (one, other) : (other, one)
                #expect(left.x + Double(left.text.count) * 6 <= right.x)
            }
        }
    }

    @Test("is drawn where there is nothing, or one thing, to show", arguments: [0, 1, 2])
    func few(count: Int) throws {
        let chart = Self.chart(Array(Self.points.prefix(count)))
        _ = try XMLReader().elements(of: chart.svg)
        #expect(!chart.svg.contains("nan") && !chart.svg.contains("inf"))
        #expect(!chart.text(columns: 80).isEmpty)
    }

    @Test(
        "is text of as many columns, with letters that a list explains", arguments: [60, 80, 132])
    func text(columns: Int) {
        let text = Self.chart(Self.points).text(columns: columns, rows: 12)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.count <= columns })
        #expect(lines.contains { $0.hasPrefix("  A slowest   84.0 %") })
        #expect(lines.contains { $0.hasPrefix("  E quickest") })
        #expect(lines.contains { $0.contains("│") && $0.contains("A") })
        #expect(lines.contains { $0.contains("┬") })
    }
}

@Suite("An axis")
struct AxisTests {
    @Test("marks round numbers between its ends")
    func linear() {
        let axis = Axis.linear([56.5, 88.5], ticks: 8)
        #expect(axis.ticks.map(\.label) == ["55", "60", "65", "70", "75", "80", "85", "90"])
    }

    @Test("of factors marks 1, 2 and 5, and puts them at equal distances")
    func logarithmic() {
        let axis = Axis.logarithmic([1, 100])
        #expect(axis.ticks.map(\.label) == ["1", "2", "5", "10", "20", "50", "100"])
        let steps = [axis.position(10) - axis.position(1), axis.position(100) - axis.position(10)]
        #expect(abs(steps[0] - steps[1]) < 1e-9)
        #expect(axis.position(1) > 0 && axis.position(100) < 1)
    }

    @Test("has room for one number alone, and for none", arguments: [[], [5.0], [5, 5]])
    func degenerate(values: [Double]) {
        for axis in [Axis.linear(values, ticks: 5), Axis.logarithmic(values)] {
            #expect(axis.position(5).isFinite)
            #expect(values.isEmpty || (0...1).contains(axis.position(5)))
        }
    }
}

/// Reads a document's elements, in the order of their beginnings.
private final class XMLReader: NSObject, XMLParserDelegate {
    struct Element {
        let name: String
        let x: Double
        let y: Double
        var text = ""
    }

    private var found: [Element] = []
    private var open: [Int] = []

    func elements(of document: String) throws -> [Element] {
        let parser = XMLParser(data: Data(document.utf8))
        parser.delegate = self
        let isRead = parser.parse()
        try #require(isRead, "\(String(describing: parser.parserError))")
        return found
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        open.append(found.count)
        found.append(
            Element(
                name: name, x: Double(attributes["x"] ?? "") ?? 0,
                y: Double(attributes["y"] ?? "") ?? 0))
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        if let last = open.last { found[last].text += text }
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
        qualifiedName: String?
    ) { open.removeLast() }
}
