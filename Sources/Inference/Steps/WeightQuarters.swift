/// A matrix of weights cut in two both ways, zeros filling up what is missing of whole blocks.
struct WeightQuarters {
    private let weights: [Float]
    private let inputs: Int
    private let outputs: Int
    private let inputsOfHalf: Int
    private let outputsOfHalf: Int

    /// The quarters of `weights`, `[outputs, inputs]`, each `[outputsOfHalf, inputsOfHalf]`.
    init(
        _ weights: [Float], inputs: Int, outputs: Int, inputsOfHalf: Int, outputsOfHalf: Int
    ) {
        self.weights = weights
        self.inputs = inputs
        self.outputs = outputs
        self.inputsOfHalf = inputsOfHalf
        self.outputsOfHalf = outputsOfHalf
    }

    /// The quarter that leads from one half of the inputs to one half of the outputs.
    func quarter(_ inputHalf: Int, _ outputHalf: Int) -> Quarter {
        var numbers = [Float](repeating: 0, count: inputsOfHalf * outputsOfHalf)
        let firstInput = inputHalf * inputsOfHalf
        let firstOutput = outputHalf * outputsOfHalf
        let count = min(inputsOfHalf, inputs - firstInput)
        for output in 0..<min(outputsOfHalf, outputs - firstOutput) {
            let row = (firstOutput + output) * inputs + firstInput
            numbers.replaceSubrange(
                output * inputsOfHalf..<output * inputsOfHalf + count,
                with: weights[row..<row + count])
        }
        return Quarter(numbers: numbers)
    }
}

/// A quarter of a matrix of weights, or a sum of some.
struct Quarter {
    let numbers: [Float]

    static func - (a: Self, b: Self) -> Self {
        Self(numbers: zip(a.numbers, b.numbers).map { $0 - $1 })
    }
}
