import Networks

extension ReferenceLoops {
    /// The largest number of each window.
    static func maxPool(_ x: ReferenceMap, _ pool: Pool, output: Shape) -> [Float] {
        windows(x, pool, output) { channel, rows, columns, _ in
            var largest = -Float.infinity
            for y in rows {
                for column in columns { largest = max(largest, channel(y, column)) }
            }
            return largest
        }
    }

    /// The mean of each window; `countsPadding` says by how many numbers the sum is divided.
    static func averagePool(
        _ x: ReferenceMap, _ pool: Pool, countsPadding: Bool, output: Shape
    ) -> [Float] {
        windows(x, pool, output) { channel, rows, columns, padded in
            var sum = 0.0
            for y in rows {
                for column in columns { sum += Double(channel(y, column)) }
            }
            let count = countsPadding ? padded : rows.count * columns.count
            return Float(sum / Double(max(count, 1)))
        }
    }

    /// The mean of windows that share out the map.
    static func adaptiveAveragePool(_ x: ReferenceMap, output: Shape) -> [Float] {
        func share(_ i: Int, of outputs: Int, _ inputs: Int) -> Range<Int> {
            i * inputs / outputs..<((i + 1) * inputs + outputs - 1) / outputs
        }
        var result: [Float] = []
        for c in 0..<output.channels {
            for y in 0..<output.height {
                for column in 0..<output.width {
                    let rows = share(y, of: output.height, x.shape.height)
                    let columns = share(column, of: output.width, x.shape.width)
                    var sum = 0.0
                    for y in rows {
                        for column in columns {
                            sum += Double(
                                x.numbers[(c * x.shape.height + y) * x.shape.width + column])
                        }
                    }
                    result.append(Float(sum / Double(rows.count * columns.count)))
                }
            }
        }
        return result
    }

    /// Calls `body` for each window with the rows and columns of the map that lie in it, and with
    /// how many pixels of it lie in the map or its padding.
    private static func windows(
        _ x: ReferenceMap, _ pool: Pool, _ output: Shape,
        _ body: (_ channel: (Int, Int) -> Float, Range<Int>, Range<Int>, _ padded: Int) -> Float
    ) -> [Float] {
        /// The pixels of window `i` along one axis, in the map and with its padding.
        func reach(
            _ i: Int, _ stride: Int, _ kernel: Int, _ before: Int, _ after: Int, _ size: Int
        ) -> (inside: Range<Int>, padded: Int) {
            let first = i * stride - before
            let last = min(first + kernel, size + after)
            let inside = max(first, 0)..<max(min(last, size), max(first, 0))
            return (inside, last - first)
        }
        var result: [Float] = []
        result.reserveCapacity(output.count)
        for c in 0..<output.channels {
            let plane = c * x.area
            for y in 0..<output.height {
                let rows = reach(
                    y, pool.stride.height, pool.kernel.height, pool.padding.top,
                    pool.padding.bottom, x.shape.height)
                for column in 0..<output.width {
                    let columns = reach(
                        column, pool.stride.width, pool.kernel.width, pool.padding.left,
                        pool.padding.right, x.shape.width)
                    result.append(
                        body(
                            { x.numbers[plane + $0 * x.shape.width + $1] }, rows.inside,
                            columns.inside, rows.padded * columns.padded))
                }
            }
        }
        return result
    }
}
