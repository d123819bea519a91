import Foundation
import Models
import Networks
import PipelineCore
import Testing

/// What every entry of the catalogue owes its users; a new model needs no test of its own.
@Suite("Every model of the catalogue")
struct CatalogueTests {
    @Test("has as many parameters as published", arguments: Catalogue.entries)
    func parameters(_ entry: ModelEntry) {
        #expect(entry.network().parameterCount == entry.parameters)
    }

    /// Publications count BatchNorm and activations too, here only convolutions and products.
    @Test("takes as many multiply-adds as published, within 6 %", arguments: Catalogue.entries)
    func multiplyAdds(_ entry: ModelEntry) {
        let millions = Double(entry.network().multiplyAdds) / 1e6
        #expect((0.94...1).contains(millions / entry.multiplyAdds), "counted \(millions) million")
    }

    @Test("is fed the crop it is built for, and names each of its classes")
    func inputAndClasses() {
        for entry in Catalogue.entries {
            let network = entry.network()
            #expect(network.input.height == entry.preprocessing.crop, "\(entry.name)")
            #expect(network.input.width == entry.preprocessing.crop, "\(entry.name)")
            #expect(network.input.channels == 3, "\(entry.name)")
            #expect(network.classes == entry.classes.labels.count, "\(entry.name)")
            #expect(entry.preprocessing.resize >= entry.preprocessing.crop, "\(entry.name)")
            #expect(entry.preprocessing.mean.count == 3, "\(entry.name)")
            #expect(entry.preprocessing.std.count == 3, "\(entry.name)")
        }
    }

    @Test("reads each parameter once, under a name of its own")
    func names() {
        for entry in Catalogue.entries {
            let names = entry.network().parameters.map(\.name)
            #expect(Set(names).count == names.count, "\(entry.name)")
        }
    }

    @Test("is pinned to weights that exist")
    func pins() {
        let nothing = SHA256Digest(of: [UInt8]())
        let digests = Catalogue.entries.map(\.weights.sha256)
        #expect(!digests.contains(nothing))
        #expect(Set(digests).count == digests.count)
        #expect(Set(Catalogue.entries.map(\.name)).count == Catalogue.entries.count)
        #expect(Catalogue.entries.allSatisfy { $0.weights.size > 0 && (0...1).contains($0.top1) })
    }
}

/// What is committed for integers, as every worker will use it.
@Suite("A recorded quantisation")
struct RecordedQuantisationTests {
    @Test(
        "belongs to its weights and its network, and passes the guard", arguments: Catalogue.entries
    )
    func belongs(_ entry: ModelEntry) throws {
        let artefact = try #require(entry.quantisation)
        let nodes = entry.network().nodes.count
        #expect(artefact.source == entry.weights.sha256)
        #expect(artefact.nodes == nodes)
        #expect(artefact.figures.passesGuard && artefact.figures.images >= 50)
        let numbered = artefact.ranges.map(\.node) + artefact.exceptions
        #expect(numbered.allSatisfy((0..<nodes).contains))
        #expect(Set(artefact.ranges.map(\.node)).count == artefact.ranges.count)
        #expect(artefact.ranges.allSatisfy { $0.low <= 0 && $0.high >= 0 && $0.low < $0.high })
    }

    @Test("survives being written and read", arguments: Catalogue.entries)
    func coding(_ entry: ModelEntry) throws {
        let artefact = try #require(entry.quantisation)
        let data = try JSONEncoder().encode(artefact)
        #expect(try JSONDecoder().decode(QuantisationArtefact.self, from: data) == artefact)
    }
}

@Suite("The catalogue")
struct CatalogueLookupTests {
    @Test("names what it has when asked for what it has not")
    func unknown() {
        #expect(
            throws: CatalogueError.unknownModel(
                "efficientnet_lite9", known: Catalogue.entries.map(\.name))
        ) {
            try Catalogue.entry(named: "efficientnet_lite9")
        }
    }

    @Test("pins a definition to the weights it knows, and refuses others")
    func pinning() throws {
        let definition = PipelineDefinition(
            name: "one", members: [Member(name: "a", model: "efficientnet_lite0")])
        let pinned = try Catalogue.pinned(definition)
        #expect(
            pinned.members[0].weights
                == (try Catalogue.entry(named: "efficientnet_lite0").weights.sha256))
        #expect(try Catalogue.pinned(pinned) == pinned)

        #expect(pinned.members[0].precision == .int8)

        var foreign = definition
        foreign.members[0].weights = SHA256Digest(of: [1, 2, 3])
        #expect(throws: CatalogueError.self) { try Catalogue.pinned(foreign) }
    }

    @Test("settles the precision of a member")
    func precision() throws {
        let entry = try Catalogue.entry(named: "efficientnet_lite0")
        var failing = try #require(entry.quantisation)
        failing.figures.agreement = 0.9
        var foreign = try #require(entry.quantisation)
        foreign.source = SHA256Digest(of: [1, 2, 3])
        func settled(
            _ precision: Precision, _ artefact: QuantisationArtefact? = nil
        ) throws -> Member {
            let member = Member(name: "a", model: entry.name, precision: precision)
            let definition = PipelineDefinition(name: "one", members: [member])
            return try Catalogue.pinned(definition) { _ in artefact }.members[0]
        }
        for precision in [Precision.f32, .bf16] {
            #expect(try settled(precision).precision == precision)
            #expect(try settled(precision).quantisation == nil)
        }
        #expect(try settled(.auto).quantisation == entry.quantisation)
        #expect(try settled(.auto, failing).precision == .f32)
        #expect(try settled(.auto, foreign).precision == .f32)
        #expect(try settled(.int8, failing).quantisation == failing)
        #expect(throws: CatalogueError.notQuantised(model: entry.name)) {
            try settled(.int8, foreign)
        }
    }

    @Test("refuses a definition without members")
    func empty() {
        #expect(throws: CatalogueError.noMembers(definition: "none")) {
            try Catalogue.classes(of: PipelineDefinition(name: "none", members: []))
        }
    }
}
