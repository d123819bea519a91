/// Puts names beside points so that they cover neither each other nor the points.
struct LabelPlacer {
    /// A rectangle, `y` pointing down.
    struct Box: Equatable {
        var left: Double
        var top: Double
        var width: Double
        var height: Double

        func overlaps(_ other: Box) -> Bool {
            left < other.left + other.width && other.left < left + width
                && top < other.top + other.height && other.top < top + height
        }

        func lies(in other: Box) -> Bool {
            left >= other.left && top >= other.top && left + width <= other.left + other.width
                && top + height <= other.top + other.height
        }
    }

    /// Where a name goes, and whether that is far enough from its point for a line to lead there.
    struct Place {
        let box: Box
        let isFar: Bool
    }

    private let frame: Box
    private var taken: [Box]

    /// A placer within `frame`, where `obstacles` stand already.
    init(within frame: Box, around obstacles: [Box]) {
        self.frame = frame
        taken = obstacles
    }

    /// Keeps a place for a name of that extent beside the disc around (`x`, `y`); nil where there
    /// is none at up to `reach` times its height from the disc.
    mutating func place(
        width: Double, height: Double, besideX x: Double, y: Double, radius: Double, reach: Int
    ) -> Place? {
        for distance in 0...reach {
            let gap = radius * 0.75 + 3 + Double(distance) * height * 0.9
            for (right, down) in Self.directions {
                // The name's nearest edge or corner lies `gap` from the centre.
                let box = Box(
                    left: x + right * gap - (right > 0 ? 0 : right < 0 ? width : width / 2),
                    top: y + down * gap - (down > 0 ? 0 : down < 0 ? height : height / 2),
                    width: width, height: height)
                guard box.lies(in: frame), !taken.contains(where: box.overlaps) else { continue }
                taken.append(box)
                return Place(box: box, isFar: distance > 0)
            }
        }
        return nil
    }

    /// Right, left, above, below, and between; in the order in which names are best read.
    private static let directions: [(Double, Double)] = [
        (1, 0), (0.75, -0.75), (0.75, 0.75), (0, -1), (-1, 0), (-0.75, -0.75), (0, 1),
        (-0.75, 0.75),
    ]
}
