import Networks
import Testing

@testable import Inference

/// What each pass that rewrites layers makes of a small network, before and after.
@Suite("The compiler")
struct PassTests {
    /// A bottleneck with a shortcut, as the passes meet it.
    static let bottleneck = Network(input: Shape(channels: 4, height: 6, width: 6)) { image in
        let root = Scope.root
        let x = image.conv(8, kernel: 1, at: root["a"]).batchNorm(at: root["n"]).activated(.relu6)
        let y = x.conv(8, kernel: 3, at: root["b"]).batchNorm(at: root["m"])
        return (x + y).activated(.relu).globalAveragePool().linear(3, at: root["fc"])
    }

    /// The same with channels weighed by a matrix product, and a smooth activation.
    static let weighed = Network(input: Shape(channels: 16, height: 6, width: 6)) { image in
        let root = Scope.root
        let x = image.conv(16, kernel: 3, at: root["a"]).activated(.silu)
        let weights = x.globalAveragePool().linear(16, at: root["w"]).activated(.sigmoid)
        return (x * weights).globalAveragePool().linear(3, at: root["fc"]).activated(.tanh)
    }

    private func graph(_ network: Network) throws -> LayerGraph {
        try Engine(network, seed: 9).graph()
    }

    @Test("computes layers side by side from where their weights outweigh their maps")
    func together() throws {
        let network = Network(input: Shape(channels: 16, height: 32, width: 32)) { image in
            let root = Scope.root
            return image.conv(16, kernel: 3, at: root["a"])
                .conv(64, kernel: 3, stride: 16, at: root["b"])
                .conv(256, kernel: 3, at: root["c"])
                .conv(256, kernel: 3, at: root["d"]).globalAveragePool().linear(3, at: root["fc"])
        }
        let graph = try self.graph(network)
        let elements = graph.layers.map { _ in Element.f32 }
        #expect(graph.words == "input conv conv conv conv mean linear")
        #expect(graph.together(elements, strips: [], batch: 8) == 3)
        #expect(graph.together(elements, strips: [2..<4], batch: 8) == 2)
        #expect(graph.together(elements, strips: [], batch: 1) == graph.layers.count)
    }

    @Test("lowers each node to a layer")
    func lower() throws {
        #expect(
            try graph(Self.bottleneck).words
                == "input conv affine relu6 conv affine add relu mean linear")
    }

    @Test("folds BatchNorm into the convolution before it")
    func fold() throws {
        let graph = try graph(Self.bottleneck)
        #expect(graph.folded().words == "input conv relu6 conv add relu mean linear")
        // The folded layer computes the later node's value.
        #expect(graph.folded().layers[1].node == 2)
    }

    @Test("leaves BatchNorm alone where the convolution is read again")
    func noFold() throws {
        let network = Network(input: Shape(channels: 4, height: 6, width: 6)) { image in
            let x = image.conv(4, kernel: 1, at: Scope.root["a"])
            return x + x.batchNorm(at: Scope.root["n"])
        }
        #expect(try graph(network).folded().words == "input conv affine add")
    }

    @Test("fuses residual and clamp into the convolution that they follow")
    func fuse() throws {
        let fused = try graph(Self.bottleneck).folded().fused()
        #expect(fused.words == "input conv[0.0, 6.0] conv+residual[0.0, inf] mean linear")
        #expect(fused.layers[2].inputs == [1, 1])
    }

    @Test("computes once what several branches compute by themselves")
    func share() throws {
        let network = Network(input: Shape(channels: 4, height: 6, width: 6)) { image in
            let x = image.conv(16, kernel: 1, at: Scope.root["a"])
            let pool = Pool(kernel: .square(3), stride: .square(1), padding: .even(1))
            let means =
                x.averagePool(pool, countsPadding: false)
                + x.averagePool(pool, countsPadding: false)
            return means + x.averagePool(pool, countsPadding: true)
                + (x.activated(.relu) * x.activated(.relu) + x.activated(.relu6))
        }
        let graph = try graph(network)
        #expect(
            graph.words
                == "input conv mean mean add mean add relu relu multiply relu6 add add")
        let shared = graph.shared()
        #expect(shared.words == "input conv mean add mean add relu multiply relu6 add add")
        #expect(shared.layers[3].inputs == [2, 2])
        #expect(shared.layers[7].inputs == [6, 6])
        #expect(shared.output == 10)
    }

    @Test("cuts out at once what a border was put around first, unless it reaches further")
    func windows() throws {
        let network = Network(input: Shape(channels: 4, height: 6, width: 6)) { image in
            let x = image.conv(16, kernel: 1, at: Scope.root["a"])
            let shifted = x.padded(Padding(bottom: 1, right: 1)).cropped(rows: 1, columns: 1)
            return shifted.padded(.even(1), value: 2)
        }
        let graph = try graph(network).windowsJoined()
        #expect(graph.words == "input conv window window")
        guard case .window(let inner) = graph.layers[2].kind,
            case .window(let outer) = graph.layers[3].kind
        else { return }
        #expect(inner == MapWindow(offset: Offset(row: 1, column: 1), value: 0))
        #expect(outer == MapWindow(offset: Offset(row: -1, column: -1), value: 2))
    }

    @Test("keeps a sum apart where the branch is read again, and a function that is no clamp")
    func noFuse() throws {
        let network = Network(input: Shape(channels: 4, height: 6, width: 6)) { image in
            let x = image.conv(4, kernel: 1, at: Scope.root["a"])
            let y = x.conv(4, kernel: 1, at: Scope.root["b"])
            return ((x + y).activated(.silu) + y).activated(.relu)
        }
        #expect(try graph(network).fused().words == "input conv conv add silu add[0.0, inf]")
    }

    @Test("computes products in the middle as convolutions, those at the end for the batch")
    func head() throws {
        let graph = try graph(Self.weighed).folded().fused()
        #expect(
            graph.words == "input conv silu mean linear sigmoid multiply mean linear tanh")
        #expect(graph.head == [8, 9])
        #expect(
            graph.linearsInTrunkConvolved().words
                == "input conv silu mean conv sigmoid multiply mean linear tanh")
    }

    @Test("converts numbers where a layer reads another kind, once for all its readers")
    func elements() throws {
        let graph = try graph(Self.weighed).folded().fused().linearsInTrunkConvolved()
        let (converted, elements) = graph.converted(ElementChoice(element: .u8))
        #expect(
            zip(converted.layers, elements).map { "\($0.word):\($1)" }.joined(separator: " ")
                == "input:f32 convert:u8 conv:u8 silu:u8 mean:f32 conv:f32 sigmoid:f32 multiply:u8 "
                + "mean:f32 linear:f32 tanh:f32")
    }

    @Test("lets a layer keep another kind of number than the rest")
    func exceptions() throws {
        let network = Network(input: Shape(channels: 3, height: 6, width: 6)) { image in
            let root = Scope.root
            let x = image.conv(16, kernel: 3, at: root["a"])
            let y = x.conv(16, kernel: 3, at: root["b"])
            return x.conv(16, kernel: 1, at: root["c"]) * y.conv(16, kernel: 1, at: root["d"])
        }
        let (graph, elements) = try graph(network).converted(
            ElementChoice(element: .u8, exceptions: [2: .bf16, 3: .bf16]))
        #expect(
            zip(graph.layers, elements).map { "\($0.word):\($1)" }.joined(separator: " ")
                == "input:u8 conv:u8 convert:bf16 conv:bf16 conv:bf16 convert:u8 conv:u8 "
                + "convert:f32 convert:f32 multiply:f32")
    }

    @Test("gives its answer in f32, also where that is a map")
    func output() throws {
        let network = Network(input: Shape(channels: 3, height: 6, width: 6)) {
            $0.conv(16, kernel: 3, at: Scope.root["a"])
        }
        let (graph, elements) = try graph(network).converted(ElementChoice(element: .bf16))
        #expect(graph.words == "input conv convert")
        #expect(elements == [.bf16, .bf16, .f32])
        #expect(graph.output == 2)
    }

    @Test("stores what is only chosen among or put together as its inputs are stored")
    func formats() throws {
        let network = Network(input: Shape(channels: 3, height: 6, width: 6)) { image in
            let root = Scope.root
            let a = image.conv(16, kernel: 1, at: root["a"])
            let b = image.conv(16, kernel: 1, at: root["b"]).maxPool(
                kernel: 3, stride: 1, padding: .half)
            return Value.concatenated(a, [b]).conv(16, kernel: 1, at: root["c"])
        }
        let (graph, elements) = try graph(network).converted(ElementChoice(element: .u8))
        let ranges: [Node.ID: ValueRange] = [
            0: ValueRange(low: -1, high: 1), 1: ValueRange(low: -2, high: 1),
            2: ValueRange(low: -1, high: 4), 3: ValueRange(low: 0, high: 4),
            4: ValueRange(low: -2, high: 4), 5: ValueRange(low: 0, high: 51),
        ]
        let formats = try graph.formats(elements, ranges: ranges)
        #expect(graph.words == "input conv conv maximum concatenate conv convert")
        let shared = Format(element: .u8, scale: 6 / 255, zero: 85)
        #expect(formats[1...4].allSatisfy { $0 == shared })
        #expect(formats[5] == Format(element: .u8, scale: 0.2, zero: 0))
        // A concatenation is what its parts are; a convolution needs a range of its own.
        var few = ranges
        few[4] = nil
        #expect(try graph.formats(elements, ranges: few) == formats)
        few[5] = nil
        #expect(throws: InferenceError.self) { try graph.formats(elements, ranges: few) }
    }
}

extension LayerGraph {
    /// The layers by a short word each, with what is fused into them.
    var words: String { layers.map(\.word).joined(separator: " ") }
}

extension Layer {
    var word: String {
        switch kind {
        case .input: "input"
        case .convolution(let layer):
            "conv" + (layer.addsResidual ? "+residual" : "") + layer.clamp.word
        case .linear: "linear"
        case .affine(let layer): "affine" + layer.clamp.word
        case .activation(let activation): "\(activation)"
        case .add(let clamp): "add" + clamp.word
        case .multiply: "multiply"
        case .maxPool: "maximum"
        case .averagePool, .globalAveragePool: "mean"
        case .concatenate: "concatenate"
        case .convert: "convert"
        case .window: "window"
        case .sequence: "sequence"
        case .plain: "plain"
        }
    }
}

extension Clamp {
    fileprivate var word: String { self == .none ? "" : "[\(low), \(high)]" }
}
