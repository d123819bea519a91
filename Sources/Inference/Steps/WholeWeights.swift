/// Weights as whole numbers -127...127, with a step for each output channel.
struct WholeWeights {
    /// `[channels, …]`, in steps.
    private(set) var numbers: [Float]
    /// What one step of each channel's numbers is worth.
    private(set) var scale: [Float] = []
    /// Each channel's sum of numbers.
    private(set) var sums: [Float] = []

    /// Rounds `weights`, `[channels, …]`; a channel's sum stays as close as steps allow.
    init(_ weights: [Float], channels: Int) {
        numbers = weights
        let count = weights.count / max(channels, 1)
        for channel in 0..<channels {
            let range = channel * count..<(channel + 1) * count
            let largest = weights[range].reduce(0) { max($0, abs($1)) }
            let step = largest > 0 ? largest / 127 : 1
            SumPreservingRounding.round(&numbers[range], step: step)
            scale.append(step)
            sums.append(numbers[range].reduce(0, +))
        }
    }
}
