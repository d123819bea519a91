import Networks

extension GraphReader {
    /// `Conv` over rows and columns.
    mutating func convolution(_ node: ONNXNode) throws -> MapView {
        let input = try planar(0, of: node)
        let weight = try requiredConstant(1, of: node)
        guard weight.shape.count == 4, weight.count > 0 else {
            throw unsupported(node, "has weights of shape \(weight.shape)")
        }
        let shape = weight.shape
        guard shape.allSatisfy(ONNXNode.reasonable.contains) else {
            throw invalid(node, "has weights of shape \(shape)")
        }
        let kernel = Extent(shape[2], shape[3])
        guard try node.integers("kernel_shape").map({ $0 == Array(shape[2...]) }) ?? true else {
            throw invalid(node, "has weights of shape \(shape), which is not its kernel's")
        }
        let groups = try node.integer("group", default: 1)
        guard groups > 0, shape[0] % groups == 0,
            shape[1].multipliedReportingOverflow(by: groups).partialValue == input.value.channels
        else {
            throw invalid(
                node,
                "has weights of shape \(shape) in \(groups) groups over \(input.value.shape)")
        }
        let window = try window(of: node, kernel: kernel, over: input.value.shape)
        let bias = try constant(2, of: node)
        guard bias.map({ $0.count == shape[0] }) ?? true else {
            throw invalid(node, "has a bias of \(bias?.count ?? 0) numbers")
        }
        let layer = Convolution(
            channels: shape[0], kernel: kernel, stride: window.stride, dilation: window.dilation,
            padding: window.padding, groups: groups,
            weight: try parameters.name(weight, shape: shape, for: "\(node.name).weight"),
            bias: try bias.map {
                try parameters.name($0, shape: [shape[0]], for: "\(node.name).bias")
            })
        let reach = window.reach(over: input.value.shape)
        try check(
            Shape(channels: shape[0], height: reach.height, width: reach.width), node)
        return planar(input.value.convolved(layer))
    }

    /// Input `index` of `node` as `[n, c, h, w]`.
    mutating func planar(_ index: Int, of node: ONNXNode) throws -> MapView {
        let view = try map(index, of: node).settled
        guard view.axes.count == 4, view.isPlanar else {
            throw unsupported(node, "does not read a map [n, c, h, w], but \(view)")
        }
        return view
    }

    /// A map as ONNX sees the result of a layer over `[n, c, h, w]`.
    func planar(_ value: Value) -> MapView {
        MapView(value, layout: [.batch, .channel, .row, .column], batch: batch)
    }

    /// The windows of a convolution or a pool.
    func window(of node: ONNXNode, kernel: Extent, over shape: Shape) throws -> Window {
        let strides = try node.integers("strides") ?? [1, 1]
        let dilations = try node.integers("dilations") ?? [1, 1]
        let pads = try node.integers("pads") ?? [0, 0, 0, 0]
        guard strides.count == 2, dilations.count == 2, pads.count == 4,
            kernel.height > 0, kernel.width > 0,
            (strides + dilations).allSatisfy({ $0 > 0 }), pads.allSatisfy({ $0 >= 0 })
        else { throw invalid(node, "has windows that are none") }
        var window = Window(
            kernel: kernel, stride: Extent(strides[0], strides[1]),
            dilation: Extent(dilations[0], dilations[1]),
            padding: Padding(top: pads[0], left: pads[1], bottom: pads[2], right: pads[3]))
        switch try node.text("auto_pad", default: "NOTSET") {
        case "NOTSET", "": break
        case "VALID": window.padding = .even(0)
        case "SAME_UPPER": window.padSame(over: shape, isUpper: true)
        case "SAME_LOWER": window.padSame(over: shape, isUpper: false)
        case let other: throw invalid(node, "pads by '\(other)'")
        }
        return window
    }
}

/// Where a kernel is laid on a map.
struct Window {
    var kernel: Extent
    var stride: Extent
    var dilation: Extent
    var padding: Padding

    /// Pads so that the result has an n-th of the rows and columns, rounded up, for a step of n;
    /// an odd pixel comes after the last row and column if `isUpper`.
    mutating func padSame(over shape: Shape, isUpper: Bool) {
        func total(_ size: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
            let steps = (size + stride - 1) / stride
            return max((steps - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
        }
        let rows = total(shape.height, kernel.height, stride.height, dilation.height)
        let columns = total(shape.width, kernel.width, stride.width, dilation.width)
        let (top, left) = isUpper ? (rows / 2, columns / 2) : ((rows + 1) / 2, (columns + 1) / 2)
        padding = Padding(top: top, left: left, bottom: rows - top, right: columns - left)
    }

    /// Rows and columns of the result; below 1 where the kernel does not fit.
    func reach(over shape: Shape) -> Extent {
        func count(_ size: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
            let room = size - (kernel - 1) * dilation - 1
            return room < 0 ? 0 : room / stride + 1
        }
        return Extent(
            count(
                shape.height + padding.top + padding.bottom, kernel.height, stride.height,
                dilation.height),
            count(
                shape.width + padding.left + padding.right, kernel.width, stride.width,
                dilation.width))
    }
}

extension MapView: CustomStringConvertible {
    /// ONNX's axes by the map's, such as `[n, h·w, c]`.
    var description: String {
        let names: [Axis: String] = [.batch: "n", .channel: "c", .row: "h", .column: "w"]
        let words = axes.map { factors in
            factors.isEmpty
                ? "1" : factors.map { names[$0.axis] ?? "" }.joined(separator: "·")
        }
        return "[\(words.joined(separator: ", "))] of \(value.shape)"
    }
}
