import Glibc
package import Labelling
package import PipelineCore
package import Results

/// A network that tells a picture of one colour by the SHA-256 of that colour.
///
/// What it says can be told from a picture's bytes, without any of the parts that are under test.
package enum StubNetwork {
    /// As many as the catalogue's network of that definition tells apart.
    package static let classes = 1000
    /// The network as results name it.
    package static let member = ResultMember(
        name: "stub", weights: SHA256Digest(of: Array("stub".utf8)), classes: classes)

    /// The network as the results of a run under `definition` name it.
    package static func member(of definition: PipelineDefinition) -> ResultMember {
        ResultMember(
            name: member.name, weights: definition.members.first?.weights ?? member.weights,
            classes: classes)
    }

    /// The class of a picture of that colour.
    package static func label(of colour: [UInt8]) -> Int {
        let digest = SHA256Digest(of: colour).bytes
        return (Int(digest[0]) << 8 | Int(digest[1])) % classes
    }

    /// What it says of a picture of that colour.
    package static func logits(of colour: [UInt8]) -> [Float] {
        var logits = [Float](repeating: 0, count: classes)
        let label = label(of: colour)
        logits[(label + 1) % classes] = 4
        logits[label] = 9
        return logits
    }

    /// What runs are submitted under; other `weights` make another run of the same pictures.
    package static func definition(
        shardSize: Int, weights: SHA256Digest = member.weights
    ) -> PipelineDefinition {
        PipelineDefinition(
            name: "stub",
            members: [Member(name: "stub", model: "efficientnet_lite0", weights: weights)],
            shardSize: shardSize)
    }
}

/// Brings the stub into memory; each picture takes it `pause` microseconds.
package struct StubEngine: EnsembleLoader {
    private let pause: UInt32
    private let lies: Lies?

    /// A stub that is as slow as said, and wrong where `lies` has it.
    package init(pause: UInt32, lies: Lies? = nil) { (self.pause, self.lies) = (pause, lies) }

    /// The stub, whatever network the definition names; it goes by that one's weights.
    package func load(_ definition: PipelineDefinition, batch: Int) -> any LoadedEnsemble {
        StubEnsemble(StubNetwork.member(of: definition), pause: pause, lies: lies, batch: batch)
    }
}

private final class StubEnsemble: LoadedEnsemble {
    static let side = 4
    let pause: UInt32
    let lies: Lies?
    let batch: Int
    let members: [LoadedMember]

    init(_ member: ResultMember, pause: UInt32, lies: Lies?, batch: Int) {
        self.pause = pause
        self.lies = lies
        self.batch = batch
        let preprocessing = Preprocessing(
            resize: Self.side + 2, crop: Self.side, interpolation: .bilinear, mean: [0, 0, 0],
            std: [1, 1, 1])
        members = [LoadedMember(identity: member, preprocessing: preprocessing)]
    }

    func makeClassifiers() -> [any Classifier] {
        [StubClassifier(pause: pause, lies: lies, batch: batch)]
    }
}

private final class StubClassifier: Classifier {
    let input: UnsafeMutableBufferPointer<Float>
    private let logits: UnsafeMutableBufferPointer<Float>
    private let pause: UInt32
    private let lies: Lies?

    init(pause: UInt32, lies: Lies?, batch: Int) {
        self.pause = pause
        self.lies = lies
        input = .allocate(capacity: batch * StubEnsemble.side * StubEnsemble.side * 3)
        input.initialize(repeating: 0)
        logits = .allocate(capacity: batch * StubNetwork.classes)
        logits.initialize(repeating: 0)
    }

    deinit {
        input.deallocate()
        logits.deallocate()
    }

    func run(count: Int) -> UnsafeBufferPointer<Float> {
        let area = StubEnsemble.side * StubEnsemble.side * 3
        for row in 0..<count {
            if pause > 0 { usleep(pause) }
            let colour = (0..<3).map { UInt8(clamping: Int(input[row * area + $0].rounded())) }
            var found = StubNetwork.logits(of: colour)
            // All pictures are of one colour, but for the canary.
            let pixels = input[row * area..<(row + 1) * area]
            let isCanary = !zip(pixels, pixels.dropFirst(3)).allSatisfy(==)
            if lies?.isNext(isCanary: isCanary) == true { found.reverse() }
            for (place, value) in found.enumerated() {
                logits[row * StubNetwork.classes + place] = value
            }
        }
        return UnsafeBufferPointer(logits)
    }
}
