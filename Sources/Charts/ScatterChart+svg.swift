import Foundation

extension ScatterChart {
    /// The chart as an SVG document, on white.
    ///
    /// Every point is a disc that shows its ``Point/detail`` when pointed at. The Pareto front is a
    /// line, and its points have rings and names in bold; other names are left out where they
    /// would cover something.
    package var svg: String { Drawing(self).text }
}

/// One drawing of a chart, in pixels.
private struct Drawing {
    private static let size = (width: 1200.0, height: 800.0)
    private static let fontSize = 12.0
    private static let legendWidth = 190.0
    private static let largestRadius = 34.0
    /// Told apart by people who see few colours, too, as far as so many can be.
    private static let colours = [
        "#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#888888", "#ee7733",
        "#0077bb", "#33bbee", "#ee3377", "#009988", "#882255", "#999933", "#44aa99", "#cc6677",
        "#332288", "#ddaa33",
    ]

    private let chart: ScatterChart
    private let frame: LabelPlacer.Box
    private let x: Axis
    private let y: Axis
    private let largest: Double
    private let colours: [String: String]

    init(_ chart: ScatterChart) {
        self.chart = chart
        frame = LabelPlacer.Box(
            left: 70, top: 56, width: Self.size.width - 70 - Self.legendWidth - 20,
            height: Self.size.height - 56 - 64)
        x = Axis.logarithmic(chart.points.map(\.x))
        y = Axis.linear(chart.points.map(\.y), ticks: 8)
        largest = chart.points.map(\.size).max() ?? 1
        colours = Dictionary(
            uniqueKeysWithValues: zip(chart.groups.indices, chart.groups).map { index, group in
                (group, Self.colours[index % Self.colours.count])
            })
    }

    var text: String {
        let (width, height) = (Self.number(Self.size.width), Self.number(Self.size.height))
        let lines =
            [
                #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(width) \#(height)" "#
                    + #"width="\#(width)" height="\#(height)" font-family="sans-serif" "#
                    + #"font-size="\#(Self.number(Self.fontSize))">"#,
                "<title>\(Self.escaped(chart.title))</title>",
                ##"<rect width="100%" height="100%" fill="#ffffff"/>"##,
                Self.words(
                    chart.title, x: frame.left, y: 30, style: #"font-size="17" font-weight="bold""#),
            ] + axes + discs + line + names + legend + ["</svg>"]
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: The frame

    private var axes: [String] {
        let (right, bottom) = (frame.left + frame.width, frame.top + frame.height)
        var lines: [String] = []
        for tick in x.ticks {
            let place = across(tick.value)
            lines.append(Self.stroke(place, frame.top, place, bottom, "#e4e4e4"))
            lines.append(
                Self.words(tick.label, x: place, y: bottom + 18, style: #"text-anchor="middle""#))
        }
        for tick in y.ticks {
            let place = down(tick.value)
            lines.append(Self.stroke(frame.left, place, right, place, "#e4e4e4"))
            lines.append(
                Self.words(
                    tick.label, x: frame.left - 8, y: place + 4, style: #"text-anchor="end""#))
        }
        lines.append(Self.stroke(frame.left, bottom, right, bottom, "#444444"))
        lines.append(Self.stroke(frame.left, frame.top, frame.left, bottom, "#444444"))
        let middle = frame.top + frame.height / 2
        lines.append(
            Self.words(
                chart.xTitle, x: frame.left + frame.width / 2, y: bottom + 42,
                style: #"text-anchor="middle""#))
        lines.append(
            Self.words(
                chart.yTitle, x: 20, y: middle,
                style: #"text-anchor="middle" transform="rotate(-90 20 \#(Self.number(middle)))""#))
        return lines
    }

    // MARK: The points

    private var discs: [String] {
        let front = Set(chart.front)
        // Small discs lie on large ones.
        return chart.points.indices.sorted { chart.points[$0].size > chart.points[$1].size }
            .map { index in
                let point = chart.points[index]
                let ring = front.contains(index) ? ##"stroke="#000000" stroke-width="1.6""## : ""
                return Self.disc(
                    across(point.x), down(point.y), radius(point.size),
                    #"fill="\#(colours[point.group] ?? "")" fill-opacity="0.55" \#(ring)"#,
                    title: "\(point.name): \(point.detail)")
            }
    }

    private var line: [String] {
        let places = chart.front.map { index in
            let point = chart.points[index]
            return "\(Self.number(across(point.x))),\(Self.number(down(point.y)))"
        }
        guard places.count > 1 else { return [] }
        return [
            ##"<polyline points="\##(places.joined(separator: " "))" fill="none" "##
                + ##"stroke="#000000" stroke-width="1.2" stroke-dasharray="5 4"/>"##
        ]
    }

    private var names: [String] {
        let front = chart.front
        let centres = chart.points.map { point -> LabelPlacer.Box in
            let half = min(radius(point.size), 7)
            return LabelPlacer.Box(
                left: across(point.x) - half, top: down(point.y) - half, width: 2 * half,
                height: 2 * half)
        }
        var placer = LabelPlacer(within: frame, around: centres)
        let others = chart.points.indices.filter { !front.contains($0) }
            .sorted { chart.points[$0].y > chart.points[$1].y }
        var (leaders, texts): ([String], [String]) = ([], [])
        for (index, isFront) in front.map({ ($0, true) }) + others.map({ ($0, false) }) {
            let point = chart.points[index]
            // A generous guess: bold letters of a sans-serif font are about this wide.
            let width = Double(point.name.count) * Self.fontSize * (isFront ? 0.65 : 0.58) + 4
            let centre = (x: across(point.x), y: down(point.y))
            guard
                let place = placer.place(
                    width: width, height: Self.fontSize + 3, besideX: centre.x, y: centre.y,
                    radius: radius(point.size), reach: isFront ? 40 : 0)
            else { continue }
            let box = place.box
            if place.isFar {
                let nearest = min(max(centre.x, box.left), box.left + box.width)
                let edge = box.top > centre.y ? box.top : box.top + box.height
                leaders.append(Self.stroke(centre.x, centre.y, nearest, edge, "#777777"))
            }
            // Lines that a name lies over must not strike it through.
            texts.append(Self.ground(box))
            texts.append(
                Self.words(
                    point.name, x: box.left + 2, y: box.top + box.height - 4,
                    style: isFront ? #"font-weight="bold""# : ##"fill="#444444""##))
        }
        return leaders + texts
    }

    // MARK: The legend

    private var legend: [String] {
        let left = frame.left + frame.width + 24
        var place = frame.top + 10
        var lines: [String] = []
        for group in chart.groups {
            lines.append(
                Self.disc(
                    left + 6, place - 4, 6,
                    #"fill="\#(colours[group] ?? "")" fill-opacity="0.7""#, title: group))
            lines.append(Self.words(group, x: left + 20, y: place, style: ""))
            place += 20
        }
        lines.append(
            Self.stroke(
                left, place + 2, left + 26, place + 2, "#000000", #"stroke-dasharray="5 4""#)
        )
        lines.append(Self.words("no other is better", x: left + 32, y: place + 6, style: ""))
        place += 34
        lines.append(Self.words(chart.sizeTitle, x: left, y: place, style: ""))
        for share in [0.05, 0.25, 1] {
            let size = Self.rounded(largest * share)
            let radius = radius(size)
            place += radius + 12
            lines.append(
                Self.disc(
                    left + Self.largestRadius, place, radius,
                    ##"fill="none" stroke="#444444""##, title: chart.sizeTitle))
            lines.append(
                Self.words(
                    Axis.label(size), x: left + 2 * Self.largestRadius + 10, y: place + 4, style: ""
                ))
            place += radius
        }
        return lines
    }

    /// One digit that counts, and zeros.
    private static func rounded(_ size: Double) -> Double {
        let decade = pow(10, log10(size).rounded(.down))
        return (size / decade).rounded(.down) * decade
    }

    // MARK: Places

    private func across(_ value: Double) -> Double { frame.left + x.position(value) * frame.width }

    private func down(_ value: Double) -> Double {
        frame.top + (1 - y.position(value)) * frame.height
    }

    private func radius(_ size: Double) -> Double {
        max(2.5, Self.largestRadius * (size / largest).squareRoot())
    }

    // MARK: Elements

    private static func disc(
        _ x: Double, _ y: Double, _ radius: Double, _ style: String, title: String
    ) -> String {
        #"<circle cx="\#(number(x))" cy="\#(number(y))" r="\#(number(radius))" \#(style)>"#
            + "<title>\(escaped(title))</title></circle>"
    }

    private static func ground(_ box: LabelPlacer.Box) -> String {
        #"<rect x="\#(number(box.left))" y="\#(number(box.top))" width="\#(number(box.width))" "#
            + ##"height="\##(number(box.height))" fill="#ffffff" fill-opacity="0.7"/>"##
    }

    private static func stroke(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String,
        _ style: String = ""
    ) -> String {
        #"<line x1="\#(number(x1))" y1="\#(number(y1))" x2="\#(number(x2))" y2="\#(number(y2))" "#
            + #"stroke="\#(colour)" \#(style)/>"#
    }

    private static func words(_ text: String, x: Double, y: Double, style: String) -> String {
        #"<text x="\#(number(x))" y="\#(number(y))" \#(style)>\#(escaped(text))</text>"#
    }

    private static func number(_ value: Double) -> String {
        value.formatted(Axis.style.precision(.fractionLength(0...1)))
    }

    private static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;")
            .replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;")
            .replacingOccurrences(of: "\"", with: "&quot;")
    }
}
