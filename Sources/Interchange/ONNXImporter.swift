package import Checkpoints
package import Networks

/// A network that was imported, with its tensors and what there is to know of it.
package struct ImportedNetwork: Sendable {
    /// The network, over maps `[c, h, w]` whatever the file's layout was.
    package let network: Network
    /// The tensors that the network names: the file's own, or computed from them.
    package let checkpoint: Checkpoint
    /// Whether the file reads images as `[n, h, w, c]`.
    package let readsChannelsLast: Bool
    /// The softmax at the graph's end that was left off, so that the network gives logits.
    package let softmax: String?
    /// What was left out or understood in a way that people should know of, a sentence each.
    package let notes: [String]
}

/// Turns an ONNX model into a network over one image.
///
/// Transposes, reshapes and whatever else only moves numbers about disappears; what depends on no
/// image is computed; a batch may be of any size, even where the file fixes it.
package struct ONNXImporter {
    private let file: ONNXFile
    private let size: Extent?

    /// An importer of `file`; `size` is the images' where the file leaves it open.
    package init(_ file: ONNXFile, size: Extent? = nil) {
        self.file = file
        self.size = size
    }

    /// The network that computes `output`, or the model's first output.
    package func network(output: String? = nil) throws(ONNXError) -> ImportedNetwork {
        do {
            let port = try input()
            let declared = port.shape[0]
            do {
                return try read(port, batch: declared, output)
            } catch let error as ONNXError {
                // A file may call its batch free and still write 1 into its shapes.
                guard declared == nil, let result = try? read(port, batch: 1, output) else {
                    throw error
                }
                return result
            }
        } catch let error as ONNXError {
            throw error
        } catch let error as CheckpointError {
            throw .file(error)
        } catch {
            throw .malformed(path: file.path, detail: "\(error)")
        }
    }

    private func read(
        _ port: Port, batch: Int?, _ output: String?
    ) throws -> ImportedNetwork {
        guard let name = output ?? file.outputs.first?.name else {
            throw ONNXError.notAClassifier(path: file.path, detail: "it has no output")
        }
        var reader = GraphReader(file, batch: batch)
        var softmax: String?
        let network = try Network(input: port.map) { image in
            let view = MapView(image, layout: port.layout, batch: reader.batch)
            let term = try reader.read(input: port.name, as: view, output: name)
            let result: MapView
            (result, softmax) = try reader.end(term)
            return result.value
        }
        return ImportedNetwork(
            network: network.pruned,
            checkpoint: try Checkpoint(
                path: file.path, format: .onnx, holding: reader.parameters.tensors),
            readsChannelsLast: port.layout.last == .channel && port.layout.count == 4,
            softmax: softmax, notes: reader.notes)
    }
}

extension ONNXImporter {
    /// The input, as a network sees it.
    private struct Port {
        var name: String
        /// As the file gives it; nil for an extent that is left open.
        var shape: [Int?]
        /// The meaning of its axes.
        var layout: [MapView.Axis]
        var map: Shape
    }

    private func input() throws(ONNXError) -> Port {
        guard file.inputs.count == 1, let input = file.inputs.first else {
            throw .notAClassifier(
                path: file.path, detail: "it has \(file.inputs.count) inputs that are not weights")
        }
        guard let shape = input.shape, (2...4).contains(shape.count) else {
            throw .notAClassifier(
                path: file.path,
                detail: "its input '\(input.name)' has \(input.shape?.count ?? 0) axes")
        }
        let layout = layout(of: shape)
        func extent(_ axis: MapView.Axis, _ open: Int?) throws(ONNXError) -> Int {
            guard let place = layout.firstIndex(of: axis) else { return 1 }
            guard let extent = shape[place] ?? open else {
                throw .openSize(path: file.path, input: input.name)
            }
            return extent
        }
        let map = Shape(
            channels: try extent(.channel, shape.count == 4 ? 3 : nil),
            height: try extent(.row, size?.height), width: try extent(.column, size?.width))
        let sides = [map.channels, map.height, map.width]
        guard sides.allSatisfy({ (1...(1 << 16)).contains($0) }),
            map.count <= GraphReader.maximumMap, (shape[0] ?? 1) < 1 << 16
        else {
            throw .notAClassifier(path: file.path, detail: "its input is \(map)")
        }
        return Port(name: input.name, shape: shape, layout: layout, map: map)
    }

    /// `[n, h, w, c]` where the last axis is an image's channels and the second is not.
    private func layout(of shape: [Int?]) -> [MapView.Axis] {
        switch shape.count {
        case 2: return [.batch, .channel]
        case 3: return [.batch, .channel, .column]
        default:
            let isLast = shape[3] == 3 || shape[3] == 1
            let isFirst = shape[1] == 3 || shape[1] == 1
            return isLast && !isFirst
                ? [.batch, .row, .column, .channel] : [.batch, .channel, .row, .column]
        }
    }
}

extension GraphReader {
    /// The end of a graph: its map, and the softmax that was left off.
    mutating func end(_ term: Term) throws -> (MapView, softmax: String?) {
        var (term, softmax) = (term, String?.none)
        if case .shares(let view, let name) = term {
            (term, softmax) = (.map(view), name)
        }
        guard let last = file.nodes.last else {
            throw ONNXError.notAClassifier(path: file.path, detail: "it has no nodes")
        }
        let result = try map(term, last).settled
        let natural: [MapView.Axis] = [.channel, .row, .column]
        let isBatched = result.axes.first?.first?.axis == .batch
        guard isBatched,
            result.order == natural.flatMap({ MapView.whole($0, of: result.value.shape) })
        else {
            throw ONNXError.notAClassifier(path: file.path, detail: "its output is \(result)")
        }
        return (result, softmax)
    }
}
