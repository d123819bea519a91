/// A step that can compute some rows of its result before it has all rows of its input.
protocol RowStep: Step {
    /// Rows of the result.
    var rows: Int { get }
    /// Bytes of one row of the result, over all channels.
    var rowBytes: Int { get }
    /// How many rows of its input, from the top, the first `rows` rows of the result take.
    func inputRows(for rows: Int) -> Int
    /// Computes `rows` of the result.
    func run(_ frame: Frame, rows: Range<Int>)
}

extension RowStep {
    func run(_ frame: Frame) { run(frame, rows: 0..<rows) }
}

/// The windows of a layer along the rows of its input.
struct RowWindows: Sendable {
    let kernel: Int
    let stride: Int
    let padding: Int
    let inputRows: Int

    /// How many rows of the input, from the top, the first `rows` windows meet.
    func inputRows(for rows: Int) -> Int {
        min(max((rows - 1) * stride + kernel - padding, 0), inputRows)
    }
}
