import Networks

/// The inverted residual of MobileNetV2, which MnasNet, MobileNetV3 and EfficientNet kept.
///
/// Expand by 1×1, filter by depthwise k×k, perhaps weigh the channels, project by 1×1 with no
/// activation after. A shortcut joins the thin ends where they have one shape.
struct InvertedResidual {
    /// Channels between expansion and projection; no expansion where the input has as many.
    var hidden: Int
    /// Output channels.
    var channels: Int
    /// Rows and columns of the depthwise kernel.
    var kernel: Int
    /// Step of the depthwise kernel.
    var stride: Int
    /// Applied after expansion and filter.
    var activation: Activation
    /// Weighing of the channels by squeeze and excitation; nil where there is none.
    var squeeze: Squeeze?
    /// Padding and epsilon.
    var framework: Framework

    /// Squeeze-and-Excitation: https://arxiv.org/abs/1709.01507.
    struct Squeeze {
        /// Channels between the two layers.
        var channels: Int
        /// Applied between the two layers.
        var activation: Activation
        /// Turns the second layer's result into weights.
        var gate: Activation
    }

    func applied(to x: Value, at scopes: InvertedResidualScopes) -> Value {
        var y = x
        if let expand = scopes.expand {
            y = y.convBN(hidden, activation, by: framework, at: expand)
        }
        y = y.convBN(
            hidden, kernel: kernel, stride: stride, groups: hidden, activation, by: framework,
            at: scopes.depthwise)
        if let squeeze, let scopes = scopes.squeeze {
            let weights = y.globalAveragePool()
                .conv(squeeze.channels, kernel: 1, bias: true, at: scopes.reduce)
                .activated(squeeze.activation)
                .conv(hidden, kernel: 1, bias: true, at: scopes.expand).activated(squeeze.gate)
            y = y * weights
        }
        y = y.convBN(channels, nil, by: framework, at: scopes.project)
        return stride == 1 && x.channels == channels ? x + y : y
    }
}

/// Where a checkpoint keeps the layers of an inverted residual.
struct InvertedResidualScopes {
    var expand: ConvBNScope?
    var depthwise: ConvBNScope
    var squeeze: (reduce: Scope, expand: Scope)?
    var project: ConvBNScope
}

/// How a checkpoint names the layers of an inverted residual.
enum InvertedResidualNames: Sendable {
    /// torchvision's MobileNetV2: `conv.0.0`, …, the projection not wrapped.
    case mobileNetV2
    /// torchvision's MnasNet: `layers.0`, …, activations counted.
    case mnasNet
    /// torchvision's MobileNetV3 and EfficientNet: `block.0.0`, …
    case block
    /// timm: `conv_pw`, `conv_dw`, `conv_pwl`.
    case timm
    /// EfficientNet-PyTorch: `_expand_conv`, …
    case lukemelas

    func scopes(
        in block: Scope, expands: Bool, squeezes: Bool
    ) -> InvertedResidualScopes {
        switch self {
        case .mobileNetV2:
            var layers = block["conv"].sequential()
            return InvertedResidualScopes(
                expand: expands ? ConvBNScope(layers.next(), "0", "1") : nil,
                depthwise: ConvBNScope(layers.next(), "0", "1"), project: ConvBNScope(&layers))
        case .mnasNet:
            let layers = block["layers"]
            return InvertedResidualScopes(
                expand: ConvBNScope(layers, "0", "1"), depthwise: ConvBNScope(layers, "3", "4"),
                project: ConvBNScope(layers, "6", "7"))
        case .block:
            var layers = block["block"].sequential()
            let expand = expands ? ConvBNScope(layers.next(), "0", "1") : nil
            let depthwise = ConvBNScope(layers.next(), "0", "1")
            let squeeze = squeezes ? layers.next() : nil
            return InvertedResidualScopes(
                expand: expand, depthwise: depthwise,
                squeeze: squeeze.map { ($0["fc1"], $0["fc2"]) },
                project: ConvBNScope(layers.next(), "0", "1"))
        case .timm:
            let squeeze = squeezes ? block["se"] : nil
            return InvertedResidualScopes(
                expand: expands ? ConvBNScope(block, "conv_pw", "bn1") : nil,
                depthwise: ConvBNScope(block, "conv_dw", expands ? "bn2" : "bn1"),
                squeeze: squeeze.map { ($0["conv_reduce"], $0["conv_expand"]) },
                project: expands
                    ? ConvBNScope(block, "conv_pwl", "bn3") : ConvBNScope(block, "conv_pw", "bn2"))
        case .lukemelas:
            return InvertedResidualScopes(
                expand: expands ? ConvBNScope(block, "_expand_conv", "_bn0") : nil,
                depthwise: ConvBNScope(block, "_depthwise_conv", "_bn1"),
                squeeze: squeezes ? (block["_se_reduce"], block["_se_expand"]) : nil,
                project: ConvBNScope(block, "_project_conv", "_bn2"))
        }
    }
}

extension InvertedResidual {
    /// The block on `x`, its layers in `block` as `names` has them.
    func applied(to x: Value, in block: Scope, _ names: InvertedResidualNames) -> Value {
        applied(
            to: x,
            at: names.scopes(
                in: block, expands: hidden != x.channels, squeezes: squeeze != nil))
    }
}
