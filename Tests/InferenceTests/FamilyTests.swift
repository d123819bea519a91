import CKernels
import Models
import Networks
import Testing

@testable import Inference

/// A small member of a family of networks.
struct Family: Sendable, CustomTestStringConvertible {
    let architecture: Architecture
    /// The side of the images.
    let size: Int

    var testDescription: String { "\(architecture.name), \(size) px" }

    /// The smallest member of each family, unless even that has over thirty million parameters.
    static let all: [Family] = {
        let families = Dictionary(grouping: Architecture.all, by: \.family)
        return families.sorted { $0.key < $1.key }.compactMap { _, members in
            let sizes = members.map { $0.network(classes: 10).parameterCount }
            guard let smallest = sizes.indices.min(by: { sizes[$0] < sizes[$1] }),
                sizes[smallest] < 30_000_000
            else { return nil }
            // Inception's convolutions without padding do not fit into less.
            let member = members[smallest]
            let size =
                switch member.family {
                case "Inception-v3": 107
                default: 64
                }
            return Family(architecture: member, size: size)
        }
    }()

    func engine() throws -> Engine {
        try Engine(architecture.network(classes: 10, size: size), seed: 1)
    }
}

@Suite("A network of every family", .serialized)
struct FamilyTests {
    @Test("agrees with the reference loops in f32", arguments: Family.all)
    func reference(_ family: Family) throws {
        let engine = try family.engine()
        let images = engine.images(1, seed: 2)
        let expected = try engine.references(of: images)
        for isa in [kernel_isa.all.last, kernel_isa.all.dropLast().last].compactMap(\.self) {
            let found = try engine.outputs(of: images, isa: isa)
            let error = deviation(found[0], from: expected[0])
            #expect(error < 1e-4, "\(isa.name)")
        }
    }

    @Test("is computed in integers, the same ones for every batch", arguments: Family.all)
    func integers(_ family: Family) throws {
        let engine = try family.engine()
        let images = engine.images(2, seed: 3)
        let arithmetic = try engine.arithmetic(.u8, for: images)
        let single = try engine.outputs(of: images, arithmetic)
        let session = try engine.session(arithmetic, batch: 2)
        let pixels = images.flatMap { channelsLast($0, engine.network.input) }
        _ = session.input.update(fromContentsOf: pixels)
        for _ in 0..<2 {
            #expect(Array(session.run(count: 2)) == single[0] + single[1])
        }
        #expect(single[0].allSatisfy { $0.isFinite })
    }
}
