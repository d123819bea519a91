/// Points over two axes, of which some are the best there are.
///
/// More of `y` is better. What is better of `x` is said by ``betterX``. The area of a point is its
/// ``Point/size``, so that one of four times the size looks twice as wide.
package struct ScatterChart: Sendable {
    /// What is better along the horizontal axis.
    package enum Direction: Sendable {
        /// The larger number.
        case more
        /// The smaller number.
        case less
    }

    /// One thing to choose.
    package struct Point: Sendable, Equatable {
        /// What it is called.
        package var name: String
        /// What it belongs to; points of one group look alike.
        package var group: String
        /// Along the horizontal axis, which is logarithmic; above zero.
        package var x: Double
        /// Along the vertical axis; higher is better.
        package var y: Double
        /// What its area stands for; above zero.
        package var size: Double
        /// All that is known of it, in a sentence.
        package var detail: String

        /// Names every field.
        package init(
            name: String, group: String, x: Double, y: Double, size: Double, detail: String
        ) {
            self.name = name
            self.group = group
            self.x = x
            self.y = y
            self.size = size
            self.detail = detail
        }
    }

    /// What the chart shows.
    package var title: String
    /// What the horizontal axis counts.
    package var xTitle: String
    /// What the vertical axis counts.
    package var yTitle: String
    /// What the area of a point stands for, with its unit.
    package var sizeTitle: String
    /// What is better along the horizontal axis.
    package var betterX: Direction
    /// What there is to choose from.
    package var points: [Point]

    /// Names every field.
    package init(
        title: String, xTitle: String, yTitle: String, sizeTitle: String, betterX: Direction,
        points: [Point]
    ) {
        self.title = title
        self.xTitle = xTitle
        self.yTitle = yTitle
        self.sizeTitle = sizeTitle
        self.betterX = betterX
        self.points = points
    }

    /// The Pareto front: the points of which no other is better in one way and as good in the
    /// other, as positions in ``points``, from the smallest `x` to the largest.
    package var front: [Int] {
        func isBetter(_ a: Point, than b: Point) -> Bool {
            let (ax, bx) = betterX == .more ? (a.x, b.x) : (-a.x, -b.x)
            return ax >= bx && a.y >= b.y && (ax > bx || a.y > b.y)
        }
        return points.indices
            .filter { index in
                !points.contains { isBetter($0, than: points[index]) }
            }
            .sorted { (points[$0].x, points[$0].y) < (points[$1].x, points[$1].y) }
    }

    /// The groups, in the order in which they first appear.
    package var groups: [String] {
        var seen: Set<String> = []
        return points.map(\.group).filter { seen.insert($0).inserted }
    }
}
