import CKernels
import Checkpoints
import Networks

@testable import Inference

extension kernel_isa {
    /// The ways of computing that this processor has for every kind of number.
    static let all: [kernel_isa] = {
        let best = [KERNEL_F32, KERNEL_BF16, KERNEL_U8].map { kernel_best_isa($0).rawValue }.min()
        return [KERNEL_SCALAR, KERNEL_AVX2, KERNEL_AVX512].filter { $0.rawValue <= best ?? 0 }
    }()

    /// For messages of tests.
    var name: String {
        switch self {
        case KERNEL_AVX512: "AVX-512"
        case KERNEL_AVX2: "AVX2"
        default: "plain C"
        }
    }
}

/// A network over its weights, to be run in any arithmetic and by any instructions.
struct Engine {
    let network: Network
    let checkpoint: Checkpoint

    /// Seeded weights.
    init(_ network: Network, seed: UInt64) throws {
        self.init(network, try seededCheckpoint(for: network, seed: seed))
    }

    init(_ network: Network, _ checkpoint: Checkpoint) {
        self.network = network
        self.checkpoint = checkpoint
    }

    /// The network lowered, with nothing merged.
    func graph() throws -> LayerGraph { try LayerGraph(network, checkpoint) }

    func session(
        _ arithmetic: Arithmetic = Arithmetic(), isa: kernel_isa? = nil, batch: Int = 1,
        inBlocks: Bool = false
    ) throws -> InferenceSession {
        let compiled = try CompiledNetwork(
            try graph().simplified(), network, batch: batch, arithmetic: arithmetic, isa: isa,
            inBlocks: inBlocks)
        return try InferenceSession(compiled, in: Workspace(for: [compiled]))
    }

    /// The output for each image, both `[c, h, w]`, one image a call.
    func outputs(
        of images: [[Float]], _ arithmetic: Arithmetic = Arithmetic(), isa: kernel_isa? = nil
    ) throws -> [[Float]] {
        let session = try session(arithmetic, isa: isa)
        return images.map { image in
            _ = session.input.update(fromContentsOf: channelsLast(image, network.input))
            return Array(session.run(count: 1))
        }
    }

    /// The output for each image, all of them in one call of `session`.
    func outputs(of images: [[Float]], together session: InferenceSession) -> [[Float]] {
        let numbers = images.flatMap { channelsLast($0, network.input) }
        _ = session.input.update(fromContentsOf: numbers)
        let outputs = session.run(count: images.count)
        let classes = network.classes
        return images.indices.map { Array(outputs[$0 * classes..<($0 + 1) * classes]) }
    }

    /// The output for each image by the plain loops.
    func references(of images: [[Float]]) throws -> [[Float]] {
        try images.map(ReferenceInterpreter(network, checkpoint).logits)
    }

    /// `count` seeded images, `[c, h, w]`.
    func images(_ count: Int, seed: UInt64) -> [[Float]] {
        (0..<count).map { seededNumbers(network.input.count, seed: seed * 100 + UInt64($0)) }
    }

    /// Arithmetic in `element`; ranges reach to the extremes that values have for `images`.
    func arithmetic(_ element: Element, for images: [[Float]]) throws -> Arithmetic {
        guard element == .u8 else { return Arithmetic(element: element) }
        var ranges: [Node.ID: ValueRange] = [:]
        let session = try session()
        for image in images {
            _ = session.input.update(fromContentsOf: channelsLast(image, network.input))
            session.observe(count: 1) { node, numbers in
                let range = ValueRange(low: numbers.min() ?? 0, high: numbers.max() ?? 0)
                ranges[node] = ranges[node]?.union(range) ?? range
            }
        }
        return Arithmetic(element: .u8, ranges: ranges)
    }
}
