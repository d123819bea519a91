import CKernels
import Networks
import Testing

@testable import Inference

/// What a session promises about images that are none of its business.
@Suite("A session")
struct SessionTests {
    /// An inverted bottleneck and a classifier.
    static let network = Network(input: Shape(channels: 3, height: 33, width: 33)) { image in
        let root = Scope.root
        let x = image.conv(32, kernel: 3, stride: 2, padding: .same, at: root["stem"])
            .batchNorm(at: root["n0"]).activated(.relu6)
        let y = x.conv(96, kernel: 1, at: root["expand"]).batchNorm(at: root["n1"])
            .activated(.relu6)
            .conv(96, kernel: 5, groups: 96, at: root["depthwise"]).batchNorm(at: root["n2"])
            .activated(.relu6)
            .conv(32, kernel: 1, at: root["project"]).batchNorm(at: root["n3"])
        return (x + y).globalAveragePool().linear(1000, at: root["fc"])
    }

    @Test(
        "leaves an image alone when its neighbours change, whatever the batch and its place",
        arguments: [Element.f32, .bf16, .u8])
    func independence(_ element: Element) throws {
        let engine = try Engine(Self.network, seed: 4)
        let arithmetic = try engine.arithmetic(element, for: engine.images(2, seed: 3))
        let image = seededNumbers(Self.network.input.count, seed: 5)
        var answers: [[UInt32]] = []
        for batch in [1, 2, 3, 8] {
            let session = try engine.session(arithmetic, batch: batch)
            for slot in 0..<batch {
                let noise = seededNumbers(session.input.count, seed: UInt64(10 + slot))
                _ = session.input.update(fromContentsOf: noise)
                let start = slot * image.count
                _ = session.input[start..<start + image.count].update(fromContentsOf: image)
                for count in Set([slot + 1, batch]) {
                    let logits = session.run(count: count)
                    answers.append(logits[slot * 1000..<(slot + 1) * 1000].map(\.bitPattern))
                }
            }
        }
        #expect(answers.count > 8 && Set(answers).count == 1)
    }

    @Test("gives the same integers whatever instructions compute them")
    func integers() throws {
        let engine = try Engine(Self.network, seed: 4)
        let images = engine.images(2, seed: 3)
        let arithmetic = try engine.arithmetic(.u8, for: images)
        let answers = try kernel_isa.all.map { try engine.outputs(of: images, arithmetic, isa: $0) }
        #expect(answers.allSatisfy { $0 == answers[0] })
        #expect(answers[0][0] != answers[0][1])
    }

    @Test("shares its workspace with sessions of other networks")
    func workspace() throws {
        let engines = [
            try Engine(Self.network, seed: 4), try Engine(LayerCase.dense[2].network, seed: 7),
        ]
        let compiled = try engines.map {
            try CompiledNetwork($0.network, $0.checkpoint, batch: 1)
        }
        let workspace = try Workspace(for: compiled)
        let sessions = try compiled.map { try InferenceSession($0, in: workspace) }
        let images = engines.map { $0.images(1, seed: 8)[0] }
        for (session, (engine, image)) in zip(sessions, zip(engines, images)) {
            _ = session.input.update(fromContentsOf: channelsLast(image, engine.network.input))
        }
        for _ in 0..<2 {
            for (session, (engine, image)) in zip(sessions, zip(engines, images)) {
                let alone = try engine.outputs(of: [image])
                #expect(Array(session.run(count: 1)) == alone[0])
            }
        }
    }

    @Test("sees red first, then green, then blue")
    func channels() throws {
        let network = Network(input: Shape(channels: 3, height: 2, width: 2)) {
            $0.conv(3, kernel: 1, groups: 1, at: Scope.root["same"])
        }
        let engine = Engine(
            network,
            try checkpoint(for: network) { _ in [1, 0, 0, 0, 1, 0, 0, 0, 1] })
        let session = try engine.session()
        _ = session.input.update(fromContentsOf: (0..<12).map(Float.init))
        #expect(Array(session.run(count: 1)) == [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11])
    }
}
