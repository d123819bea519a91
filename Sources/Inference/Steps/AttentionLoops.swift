import COpenBLAS
import Foundation
import Networks

/// Attention of a sequence to itself, its two matrix products through OpenBLAS.
enum AttentionLoops {
    /// `softmax(q·k / √(d / heads))·v` for each head; `input` holds queries, keys and values,
    /// `[3d, 1, n]`.
    static func result(of input: PlainLoops.Map, heads: Int) -> [Float] {
        let width = input.shape.channels / 3
        let tokens = input.shape.height * input.shape.width
        let size = width / heads
        let scale = 1 / Float(size).squareRoot()
        var result = [Float](repeating: 0, count: width * tokens)
        var shares = [Float](repeating: 0, count: tokens * tokens)
        let (n, d) = (CInt(tokens), CInt(size))
        input.numbers.withUnsafeBufferPointer { numbers in
            result.withUnsafeMutableBufferPointer { result in
                guard let all = numbers.baseAddress, let out = result.baseAddress else { return }
                for head in 0..<heads {
                    // Each is [size, tokens]: a channel's numbers stand side by side.
                    let queries = all + head * size * tokens
                    let keys = queries + width * tokens
                    let values = keys + width * tokens
                    cblas_sgemm(
                        CblasRowMajor, CblasTrans, CblasNoTrans, n, n, d, scale, queries, n, keys,
                        n, 0, &shares, n)
                    for row in 0..<tokens { shares.softmax(row * tokens..<(row + 1) * tokens) }
                    cblas_sgemm(
                        CblasRowMajor, CblasNoTrans, CblasTrans, d, n, n, 1, values, n, shares, n,
                        0, out + head * size * tokens, n)
                }
            }
        }
        return result
    }
}

extension [Float] {
    /// Replaces the numbers in `range` by `exp x / Σ exp x`.
    fileprivate mutating func softmax(_ range: Range<Int>) {
        var largest = -Float.infinity
        for i in range { largest = Swift.max(largest, self[i]) }
        var sum: Float = 0
        for i in range {
            self[i] = exp(self[i] - largest)
            sum += self[i]
        }
        for i in range { self[i] /= sum }
    }
}
