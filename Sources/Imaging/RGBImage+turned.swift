extension RGBImage {
    /// The picture turned upright.
    func turned(_ orientation: Orientation) -> RGBImage {
        guard orientation != .upright else { return self }
        let walk = Walk(orientation, width: width, height: height)
        let (width, height) = orientation.swapsSides ? (height, width) : (width, height)
        let turned = [UInt8](unsafeUninitializedCapacity: pixels.count) { output, count in
            pixels.withUnsafeBufferPointer { input in
                walk.copy(input, to: output, width: width, height: height)
            }
            count = pixels.count
        }
        return RGBImage(width: width, height: height, pixels: turned, warning: warning)
    }
}

/// Where the pixels of a turned picture come from: of column x and row y, from the stored pixel of
/// index `start + x * right + y * down`.
private struct Walk {
    let start: Int
    let right: Int
    let down: Int

    /// For a stored picture of `width` by `height` pixels.
    init(_ orientation: Orientation, width: Int, height: Int) {
        let (lastColumn, lastRow) = (width - 1, (height - 1) * width)
        (start, right, down) =
            switch orientation {
            case .upright: (0, 1, width)
            case .flippedLeftRight: (lastColumn, -1, width)
            case .rotatedHalf: (lastRow + lastColumn, -1, -width)
            case .flippedTopBottom: (lastRow, 1, -width)
            case .transposed: (0, width, 1)
            case .rotatedClockwise: (lastRow, -width, 1)
            case .transversed: (lastRow + lastColumn, -width, -1)
            case .rotatedCounterclockwise: (lastColumn, width, -1)
            }
    }

    /// Goes tile by tile: columns that become rows would otherwise miss the cache at every pixel.
    func copy(
        _ input: UnsafeBufferPointer<UInt8>, to output: UnsafeMutableBufferPointer<UInt8>,
        width: Int, height: Int
    ) {
        let tile = 32
        for top in stride(from: 0, to: height, by: tile) {
            for left in stride(from: 0, to: width, by: tile) {
                for y in top..<min(top + tile, height) {
                    var source = (start + left * right + y * down) * 3
                    var target = (y * width + left) * 3
                    for _ in left..<min(left + tile, width) {
                        output[target] = input[source]
                        output[target + 1] = input[source + 1]
                        output[target + 2] = input[source + 2]
                        source += right * 3
                        target += 3
                    }
                }
            }
        }
    }
}
