//  Learning Transferable Architectures for Scalable Image Recognition
//  Zoph, Vasudevan, Shlens and Le, 2017 · https://arxiv.org/abs/1707.07012

package import Networks

/// Cells found by search, stacked by hand: NASNet-A (N @ P).
///
/// Cells are in `NASNetCell.swift`.
package struct NASNet: ModelFamily {
    package static let family = "NASNet-A"
    package static let paper = "https://arxiv.org/abs/1707.07012"

    /// Normal cells of each of the three stages, the paper's N.
    var n: Int
    /// Channels before the last layer, the paper's P.
    var p: Int
    /// Channels of the first convolution.
    var stem: Int
    /// Whether a halving mean counts padding as zeros, as timm's does; TensorFlow's does not.
    var countsPadding: Bool
    /// Whether the first cell after a reduction reads the last cell before it, or the one before
    /// that.
    ///
    /// The ports of the two sizes differ.
    var readsLast: Bool
    package var classes = 1000

    package func logits(of image: Value, weights: Scope) -> Value {
        // A stage's cells put out 6 filters' worth of channels, and the last stage has 4F filters.
        let filters = p / 24
        let image = image.conv(
            stem, kernel: 3, stride: 2, padding: .none, at: weights["conv0"]["conv"]
        ).batchNorm(epsilon: 1e-3, at: weights["conv0"]["bn"])
        func cell(_ name: String, _ filters: Int) -> NASNetCell {
            NASNetCell(filters: filters, countsPadding: countsPadding, scope: weights[name])
        }
        let stem0 = cell("cell_stem_0", filters / 4).firstStem(image)
        var previous = stem0
        var x = cell("cell_stem_1", filters / 2).secondStem(stem0, previous: image)
        for stage in 0..<3 {
            let filters = filters << stage
            if stage > 0 {
                let reduced = cell("reduction_cell_\(stage - 1)", filters)
                    .reduction(x, previous: previous)
                if readsLast { previous = x }
                x = reduced
            }
            for index in 0..<n {
                // The larger network's numbering, six cells a stage, is kept by the smaller.
                let next = cell("cell_\(6 * stage + index)", filters)
                    .normal(x, previous: previous, isFirst: index == 0)
                (previous, x) = (x, next)
            }
        }
        return x.activated(.relu).globalAveragePool().linear(classes, at: weights["last_linear"])
    }
}

extension NASNet {
    static let architectures = [
        Architecture(
            "NASNetAMobile", .pretrainedmodels,
            NASNet(n: 4, p: 1056, stem: 32, countsPadding: false, readsLast: true)),
        Architecture(
            "nasnetamobile", .pretrainedmodels,
            NASNet(n: 4, p: 1056, stem: 32, countsPadding: false, readsLast: true)),
        Architecture(
            "nasnetalarge", .timm,
            NASNet(n: 6, p: 4032, stem: 96, countsPadding: true, readsLast: false), size: 331),
    ]
}
