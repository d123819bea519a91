import PipelineCore

/// Which pixels a resize and a centred crop keep, in torchvision's arithmetic.
///
/// The two axes are alike, except that the shorter side decides the scale of both.
struct CropGeometry {
    /// One axis: what becomes of a side.
    struct Axis: Hashable {
        /// The length of the side in the photograph.
        var input: Int
        /// Its length after the resize.
        var resized: Int
        /// The positions of the resized side that are kept.
        var kept: Range<Int>
        /// Where the first of them lies in the crop: above zero where the resized side is the
        /// shorter one, and the crop has a black border.
        var offset: Int
    }

    var columns: Axis
    var rows: Axis
    /// The side of the crop.
    var side: Int

    /// Whether Pillow, from version 13 on, mixes the rows first.
    ///
    /// It does where the picture becomes lower, and that by more than twice the pixels by which it
    /// becomes narrower (its pull request 9549; the rule as observed). Sums are rounded after each
    /// pass, so the order shows in the last bit.
    var rowsComeFirst: Bool {
        let narrowing = columns.input - columns.resized
        let lowering = rows.input - rows.resized
        return lowering > 0 && lowering > 2 * narrowing
    }

    /// The same crop of the picture with its columns for rows.
    var transposed: CropGeometry { CropGeometry(columns: rows, rows: columns, side: side) }
}

extension CropGeometry {
    /// `Resize(resize)` followed by `CenterCrop(crop)`; both lengths are at least one.
    init(width: Int, height: Int, _ preprocessing: Preprocessing) {
        let resize = max(1, preprocessing.resize)
        side = max(1, preprocessing.crop)
        let (short, long) = (min(width, height), max(width, height))
        let resizedLong = Self.scaled(long, by: resize, over: short)
        columns = Self.axis(width, resized: width <= height ? resize : resizedLong, crop: side)
        rows = Self.axis(height, resized: width <= height ? resizedLong : resize, crop: side)
    }

    /// Python's `int(resize * long / short)`: the quotient of two integers, rounded to the nearest
    /// double before its fraction is cut off.
    private static func scaled(_ long: Int, by resize: Int, over short: Int) -> Int {
        Int(Double(resize) * Double(long) / Double(short))
    }

    private static func axis(_ input: Int, resized: Int, crop: Int) -> Axis {
        guard resized >= crop else {
            return Axis(
                input: input, resized: resized, kept: 0..<resized, offset: (crop - resized) / 2)
        }
        // Python rounds a half to the even neighbour.
        let start = Int((Double(resized - crop) / 2).rounded(.toNearestOrEven))
        return Axis(input: input, resized: resized, kept: start..<start + crop, offset: 0)
    }
}
