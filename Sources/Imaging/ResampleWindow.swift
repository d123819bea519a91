import PipelineCore

/// The inputs that one output position mixes, as Pillow's `precompute_coeffs` finds them: the filter
/// is stretched by the scale where that makes the picture smaller, and cut at the borders.
struct ResampleWindow {
    /// The input positions, of which there is at least one.
    let inputs: Range<Int>
    private let center: Double
    private let shrink: Double
    private let filter: Preprocessing.Interpolation

    /// The bits of a fixed-point weight below one.
    static let precisionBits = 22

    /// The window of `position` on an axis of `input` pixels resized to `output`.
    init(position: Int, input: Int, output: Int, _ filter: Preprocessing.Interpolation) {
        let scale = Double(input) / Double(output)
        let stretch = max(scale, 1)
        let support = filter.support * stretch
        center = (Double(position) + 0.5) * scale
        shrink = 1 / stretch
        self.filter = filter
        let start = max(0, Int(center - support + 0.5))
        inputs = start..<min(input, Int(center + support + 0.5))
    }

    /// Writes a fixed-point weight for each of the inputs, which sum to one but for rounding.
    ///
    /// This is Pillow's `normalize_coeffs_8bpc`; `exact` is scratch space.
    func write(to weights: UnsafeMutableBufferPointer<Int32>, exact: inout [Double]) {
        exact.removeAll(keepingCapacity: true)
        var sum = 0.0
        for i in inputs {
            let weight = filter.weight((Double(i) - center + 0.5) * shrink)
            exact.append(weight)
            sum += weight
        }
        for (i, weight) in exact.enumerated() {
            let share = sum == 0 ? weight : weight / sum
            let scaled = share * Double(1 << Self.precisionBits)
            weights[i] = Int32(scaled + (share < 0 ? -0.5 : 0.5))
        }
    }
}
