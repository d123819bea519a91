//  Searching for MobileNetV3
//  Howard, Sandler, Chu, Chen, Chen, Tan, Wang, Zhu, Pang, Vasudevan, Le and Adam, 2019
//  https://arxiv.org/abs/1905.02244

package import Networks

/// MobileNetV2's blocks, arranged by search, with hard swish and squeeze-and-excitation.
package struct MobileNetV3: ModelFamily {
    package static let family = "MobileNetV3"
    package static let paper = "https://arxiv.org/abs/1905.02244"

    /// A row of tables 1 and 2: kernel, expansion size, output channels, squeeze-and-excitation,
    /// nonlinearity (`HS` hard swish, `RE` ReLU), stride.
    typealias Row = (k: Int, exp: Int, out: Int, se: Bool, nl: Activation, s: Int)

    /// A table's rows and the channels of the last two convolutions.
    struct Table: Sendable {
        var rows: [Row]
        var last: (convolution: Int, linear: Int)
    }

    var table: Table
    /// Scales every layer but the last.
    var width = 1.0
    /// Whether kernels are 3×3, the nonlinearity is ReLU and nothing is squeezed: "minimalistic".
    var isMinimal = false
    var framework: Framework
    var library = Library.timm
    package var classes = 1000

    package func logits(of image: Value, weights: Scope) -> Value {
        let nonlinearity = isMinimal ? Activation.relu : .hardSwish
        var features = weights["features"].sequential()
        var x = image.convBN(
            width < 0.75 ? 16 : scaled(16), kernel: 3, stride: 2, nonlinearity, by: framework,
            at: library == .timm
                ? ConvBNScope(weights, "conv_stem", "bn1") : ConvBNScope(features.next(), "0", "1"))
        // timm numbers blocks within stages, which are the rows of one output width.
        var place = (stage: 0, index: 0)
        var before = 16
        for (number, row) in table.rows.enumerated() {
            if number > 0 {
                let isNewStage = table.rows[number - 1].out != row.out
                place = isNewStage ? (place.stage + 1, 0) : (place.stage, place.index + 1)
            }
            let block = block(row, inputs: x.channels, tableInputs: before)
            before = row.out
            x =
                library == .timm
                ? block.applied(
                    to: x, in: weights["blocks"][place.stage][place.index], .timm)
                : block.applied(to: x, in: features.next(), .block)
        }
        let head = weights["blocks"][place.stage + 1][0]
        x = x.convBN(
            scaled(table.last.convolution), nonlinearity, by: framework,
            at: library == .timm
                ? ConvBNScope(head, "conv", "bn1") : ConvBNScope(features.next(), "0", "1")
        ).globalAveragePool()
        return library == .timm
            ? x.conv(table.last.linear, kernel: 1, bias: true, at: weights["conv_head"])
                .activated(nonlinearity).linear(classes, at: weights["classifier"])
            : x.linear(table.last.linear, at: weights["classifier"][0])
                .activated(nonlinearity).linear(classes, at: weights["classifier"][3])
    }

    /// A table's row, expansion scaled with the row's input.
    private func block(_ row: Row, inputs: Int, tableInputs: Int) -> InvertedResidual {
        let hidden = rounded(
            Double(inputs) * Double(row.exp) / Double(tableInputs), toMultipleOf: 8)
        return InvertedResidual(
            hidden: row.exp == tableInputs ? inputs : hidden, channels: scaled(row.out),
            kernel: isMinimal ? 3 : row.k, stride: row.s, activation: isMinimal ? .relu : row.nl,
            squeeze: row.se && !isMinimal
                ? .init(
                    channels: rounded(Double(hidden) / 4, toMultipleOf: 8), activation: .relu,
                    gate: .hardSigmoid) : nil,
            framework: framework)
    }

    private func scaled(_ channels: Int) -> Int {
        rounded(Double(channels) * width, toMultipleOf: 8)
    }
}
