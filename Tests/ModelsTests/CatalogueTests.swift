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

        var foreign = definition
        foreign.members[0].weights = SHA256Digest(of: [1, 2, 3])
        #expect(throws: CatalogueError.self) { try Catalogue.pinned(foreign) }
    }

    @Test("refuses a definition without members")
    func empty() {
        #expect(throws: CatalogueError.noMembers(definition: "none")) {
            try Catalogue.classes(of: PipelineDefinition(name: "none", members: []))
        }
    }
}
