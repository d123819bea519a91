import Glibc

/// The largest logit of a row, and where it stands.
struct Peak: Hashable {
    /// The class; of equals the first.
    let index: Int
    /// Its logit.
    let logit: Float

    /// Finds the peak; nil where a logit is infinite or not a number, or there is none.
    init?(of row: Span<Float>) {
        guard !row.isEmpty else { return nil }
        var best = 0
        var finite = true
        for index in row.indices {
            finite = finite && row[index].isFinite
            if row[index] > row[best] { best = index }
        }
        guard finite else { return nil }
        index = best
        logit = row[best]
    }
}

/// Writes `exp(logit - peak)` of each logit, and returns their sum, which is at least 1.
///
/// With the peak subtracted no exponential overflows, and one of them is exactly 1.
func exponentiate(_ row: Span<Float>, below peak: Float, into output: inout [Double]) -> Double {
    let peak = Double(peak)
    var total = 0.0
    for index in row.indices {
        let value = exp(Double(row[index]) - peak)
        output[index] = value
        total += value
    }
    return total
}

/// Turns finite logits into the probabilities they stand for, which sum to 1.
func softmax(_ values: inout [Double]) {
    let peak = values.max() ?? 0
    var total = 0.0
    for index in values.indices {
        values[index] = exp(values[index] - peak)
        total += values[index]
    }
    for index in values.indices { values[index] /= total }
}

/// Shannon's entropy of a distribution in nats; 0 is certain, ln(count) is a guess.
func entropy(of distribution: [Double]) -> Double {
    var sum = 0.0
    for probability in distribution where probability > 0 {
        sum -= probability * log(probability)
    }
    return max(0, sum)
}
