import Networks

/// What a compiled network does, a line for each layer.
package struct PlanReport: Sendable {
    /// One layer as it is computed.
    package struct Line: Sendable, Codable {
        /// The node of the network whose value it computes.
        package var node: Int
        /// What is computed, with what was merged into it, such as `conv 3×3/2 + clamp`.
        package var operation: String
        /// The kind of number of its result.
        package var element: String
        /// The extent of its result, `[c, h, w]`.
        package var shape: [Int]
        /// Bytes of its result and of its packed weights' numbers.
        package var bytes: Int
        /// Operations for one image, a multiply-add counting two.
        package var operations: Int
        /// Seconds for one image; nil where nothing was measured.
        package var seconds: Double?
    }

    /// The layers in the order in which they are computed.
    package var lines: [Line]
}

extension CompiledNetwork {
    /// What is computed for an image.
    package var report: PlanReport { PlanReport(lines: reportLines.map(\.line)) }

    /// The report with the time that each layer takes for an image, of a whole batch: the least of
    /// `rounds` on this thread.
    ///
    /// Throws ``InferenceError/noMemory(bytes:)``.
    package func profile(rounds: Int) throws(InferenceError) -> PlanReport {
        let session = try InferenceSession(self, in: Workspace(for: [self]))
        for index in session.input.indices { session.input[index] = Float(index % 17) / 8 - 1 }
        var least: [Int: Double] = [:]
        for _ in 0..<max(rounds, 1) {
            var round: [Int: Double] = [:]
            var start = ContinuousClock.now
            session.watch { layer, _ in
                round[layer, default: 0] += start.duration(to: .now) / .seconds(1)
                start = .now
            }
            for (layer, seconds) in round {
                least[layer] = min(least[layer] ?? .infinity, seconds / Double(batch))
            }
        }
        return PlanReport(
            lines: reportLines.map { layer, line in
                var line = line
                line.seconds = least[layer]
                return line
            })
    }

    private var reportLines: [(layer: Int, line: PlanReport.Line)] {
        plan.layers.indices.map { index in
            let layer = plan.layers[index]
            let inputs = layer.inputs.map { plan.layers[$0].shape }
            return (
                index,
                PlanReport.Line(
                    node: layer.node, operation: layer.kind.words(inputs),
                    element: plan.formats[index].element.rawValue,
                    shape: [layer.shape.channels, layer.shape.height, layer.shape.width],
                    bytes: layer.shape.count * plan.formats[index].element.bytes,
                    operations: 2 * layer.kind.multiplyAdds(inputs, layer.shape))
            )
        }
    }
}

extension Layer.Kind {
    /// The layer in a few words.
    fileprivate func words(_ inputs: [Shape]) -> String {
        switch self {
        case .input: return "image"
        case .convolution(let layer):
            let isDepthwise = inputs.first.map { layer.isDepthwise(inputs: $0.channels) } ?? false
            let stride =
                layer.geometry.stride == .square(1) ? "" : "/\(layer.geometry.stride.height)"
            let groups =
                isDepthwise || layer.geometry.groups == 1 ? "" : " groups \(layer.geometry.groups)"
            return (isDepthwise ? "depthwise " : "conv ")
                + "\(layer.geometry.kernel)\(stride)\(groups)"
                + (layer.addsResidual ? " + residual" : "")
                + (layer.clamp == .none ? "" : " + clamp")
        case .linear: return "linear"
        case .affine: return "affine"
        case .activation(let activation): return activation.description
        case .add(let clamp): return clamp == .none ? "add" : "add + clamp"
        case .multiply: return "multiply"
        case .maxPool(let pool): return "max pool \(pool.kernel)"
        case .averagePool(let pool, _): return "average pool \(pool.kernel)"
        case .globalAveragePool: return "global average pool"
        case .concatenate: return "concatenate"
        case .convert: return "convert"
        case .window: return "window"
        case .sequence(.norm): return "layer norm"
        case .sequence(.tokens): return "tokens"
        case .sequence(.attention(let heads)): return "attention of \(heads) heads"
        case .plain: return "plain loop"
        }
    }

    /// Multiply-adds through convolutions and matrix products.
    fileprivate func multiplyAdds(_ inputs: [Shape], _ output: Shape) -> Int {
        switch self {
        case .convolution(let layer):
            let kernel = layer.geometry.kernel
            return output.count * inputs[0].channels / layer.geometry.groups * kernel.height
                * kernel.width
        case .linear: return inputs[0].count * output.channels
        default: return 0
        }
    }
}
