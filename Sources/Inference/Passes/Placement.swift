import Networks

/// Which layers' results share memory because they are parts of one map, or follow each other in
/// place.
struct Placement {
    /// The layer whose memory each layer's result lies in; itself where it has its own.
    private(set) var root: [Int]
    /// The block of the root's map at which the result begins.
    private(set) var firstBlock: [Int]
    /// The rows and columns of zeros around each result.
    private(set) var borders: [Padding]
    /// Results whose bytes behind the last row must be finite, because a kernel reads them.
    private(set) var isRead: [Bool]

    init(_ graph: LayerGraph, _ formats: [Format], head: Set<Int>) {
        let layers = graph.layers
        var host = Array(layers.indices)
        var offset = Array(repeating: 0, count: layers.count)
        let lastUse = graph.lastUse
        // Later layers first: a result that joins a concatenation brings along what lives in it.
        for (index, layer) in layers.enumerated().reversed() where !head.contains(index) {
            switch layer.kind {
            case .concatenate:
                if let (place, block) = Self.view(of: layer.inputs, layers, host, offset),
                    host[index] == index
                {
                    host[index] = place
                    offset[index] = block
                    continue
                }
                var channel = 0
                for input in layer.inputs {
                    if channel.isMultiple(of: 16), input != 0, host[input] == input,
                        formats[input] == formats[index],
                        layer.inputs.count(where: { $0 == input }) == 1
                    {
                        host[input] = index
                        offset[input] = channel / 16
                    }
                    channel += layers[input].shape.channels
                }
            case .activation, .multiply, .affine:
                guard
                    let input = layer.inputs.first(where: { layers[$0].shape == layer.shape }),
                    input != 0, host[input] == input,
                    formats[input].element == formats[index].element, lastUse[input] == index
                else { continue }
                host[input] = index
            default: continue
            }
        }
        root = host
        firstBlock = offset
        borders = Array(repeating: .even(0), count: layers.count)
        isRead = Array(repeating: false, count: layers.count)
        for index in layers.indices {
            var (place, block) = (index, 0)
            while host[place] != place {
                block += offset[place]
                place = host[place]
            }
            root[index] = place
            firstBlock[index] = block
        }
        for layer in layers {
            guard case .convolution(let convolution) = layer.kind else { continue }
            let place = root[layer.inputs[0]]
            borders[place] = borders[place].union(
                convolution.reach(over: layers[layer.inputs[0]].shape, result: layer.shape))
            if convolution.isDepthwise(inputs: layers[layer.inputs[0]].shape.channels) {
                isRead[place] = true
            }
        }
        for index in layers.indices {
            borders[index] = borders[root[index]]
            isRead[index] = isRead[root[index]]
        }
    }

    /// Where a concatenation's parts stand side by side already, in the order it wants.
    private static func view(
        of inputs: [Int], _ layers: [Layer], _ host: [Int], _ offset: [Int]
    ) -> (place: Int, block: Int)? {
        let place = host[inputs[0]]
        guard inputs.allSatisfy({ host[$0] == place && host[$0] != $0 }) else { return nil }
        var channel = 0
        for input in inputs {
            guard channel.isMultiple(of: 16),
                offset[input] == offset[inputs[0]] + channel / 16
            else { return nil }
            channel += layers[input].shape.channels
        }
        return (place, offset[inputs[0]])
    }
}

extension Padding {
    fileprivate func union(_ other: Padding) -> Padding {
        Padding(
            top: max(top, other.top), left: max(left, other.left),
            bottom: max(bottom, other.bottom), right: max(right, other.right))
    }

    /// Whether there is any.
    var isEmpty: Bool { self == .even(0) }
}

extension ConvolutionLayer {
    /// The zeros around an input that the windows really meet.
    fileprivate func reach(over input: Shape, result: Shape) -> Padding {
        let rows =
            (result.height - 1) * geometry.stride.height
            + (geometry.kernel.height - 1) * geometry.dilation.height + 1
        let columns =
            (result.width - 1) * geometry.stride.width
            + (geometry.kernel.width - 1) * geometry.dilation.width + 1
        return Padding(
            top: geometry.padding.top, left: geometry.padding.left,
            bottom: max(rows - geometry.padding.top - input.height, 0),
            right: max(columns - geometry.padding.left - input.width, 0))
    }
}
