import Foundation
import Networks
import PipelineCore
import Testing

@testable import Models

/// What every entry of the catalogue owes its users; a new model needs no test of its own.
@Suite("Every model of the catalogue")
struct CatalogueTests {
    @Test("has as many parameters as published", arguments: Catalogue.entries)
    func parameters(_ entry: ModelEntry) {
        #expect(entry.networks[0].parameterCount == entry.parameters)
    }

    /// Published figures are rounded to millions.
    ///
    /// The Lite variants' page counts BatchNorm and
    /// activations too, here only convolutions and products count.
    @Test("takes as many multiply-adds as published", arguments: Catalogue.entries)
    func multiplyAdds(_ entry: ModelEntry) {
        let millions = Double(entry.networks[0].multiplyAdds) / 1e6
        if entry.weights.size != nil {
            #expect((0.94...1).contains(millions / entry.multiplyAdds), "\(millions) million")
        } else {
            #expect(abs(millions - entry.multiplyAdds) <= 0.51, "\(millions) million")
        }
    }

    @Test(
        "says how photos are prepared for its architecture",
        arguments: [
            ("resnet50", Library.torchvision, 224, Float(0.485)),
            ("legacy_xception", .timm, 299, 0.5), ("tf_efficientnet_b0", .timm, 224, 0.485),
        ])
    func preparations(_ name: String, library: Library, crop: Int, mean: Float) throws {
        let architecture = try #require(Architecture.named(name, in: library).first)
        let found = try #require(Catalogue.preprocessing(of: architecture))
        #expect(found.crop == crop)
        #expect(abs(found.mean[0] - mean * 255) < 0.01)
    }

    @Test("has an entry for each published file")
    func rows() {
        #expect(Catalogue.rows.count + EfficientNetLite.entries.count == Catalogue.entries.count)
        #expect(Catalogue.rows.count == 121)
        #expect(EfficientNetLite.entries.count == 3)
    }

    @Test("is built as its file spells the tensors, and as its library does")
    func spellings() throws {
        for name in ["densenet121", "vit_b_16"] {
            let entry = try Catalogue.entry(named: name)
            for library in [Library.torchvision, .torchvisionFiles] {
                let spelt = try #require(Architecture.named(name, in: library).first).network()
                let names = spelt.parameters.map(\.name)
                #expect(entry.networks.contains { $0.parameters.map(\.name) == names })
            }
        }
        let published = try Catalogue.entry(named: "densenet121").networks[0].parameters.map(\.name)
        #expect(published.contains("features.denseblock1.denselayer1.norm.1.weight"))
        let vit = try Catalogue.entry(named: "vit_b_16").networks[0].parameters.map(\.name)
        #expect(vit.contains("encoder.layers.encoder_layer_0.mlp.linear_1.weight"))
    }

    @Test(
        "is fed as its publisher feeds it",
        arguments: [
            ("resnet50", 232, 224, "bilinear", Float(123.675), Float(58.395)),
            ("resnet50.imagenet1k_v1", 256, 224, "bilinear", 123.675, 58.395),
            ("googlenet", 256, 224, "bilinear", 127.5, 127.5),
            ("efficientnet_b4", 384, 380, "bicubic", 123.675, 58.395),
            ("tf_efficientnet_b4.in1k", 412, 380, "bicubic", 123.675, 58.395),
            ("tf_efficientnet_lite4.in1k", 413, 380, "bilinear", 127.5, 127.5),
            ("nasnetalarge.tf_in1k", 363, 331, "bicubic", 127.5, 127.5),
            ("legacy_xception.tf_in1k", 333, 299, "bicubic", 127.5, 127.5),
            ("mobilenetv3_large_100.miil_in21k_ft_in1k", 256, 224, "bilinear", 0, 255),
            ("vit_b_16.imagenet1k_swag_e2e_v1", 384, 384, "bicubic", 123.675, 58.395),
        ])
    func preprocessing(
        name: String, resize: Int, crop: Int, interpolation: String, mean: Float, std: Float
    ) throws {
        let preprocessing = try Catalogue.entry(named: name).preprocessing
        #expect(preprocessing.resize == resize)
        #expect(preprocessing.crop == crop)
        #expect(preprocessing.interpolation.rawValue == interpolation)
        #expect(abs(preprocessing.mean[0] - mean) < 1e-4)
        #expect(abs(preprocessing.std[0] - std) < 1e-4)
    }

    @Test("is fed the crop it is built for, and names each of its classes")
    func inputAndClasses() {
        for entry in Catalogue.entries {
            let network = entry.networks[0]
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
            let names = entry.networks[0].parameters.map(\.name)
            #expect(Set(names).count == names.count, "\(entry.name)")
        }
    }

    @Test("is pinned to weights that exist")
    func pins() {
        let nothing = SHA256Digest(of: [UInt8]())
        let digests = Catalogue.entries.map(\.weights.digest)
        #expect(!digests.contains(.whole(nothing)))
        #expect(Set(digests).count == digests.count)
        #expect(Set(Catalogue.entries.map(\.name)).count == Catalogue.entries.count)
        for entry in Catalogue.entries {
            #expect((entry.weights.size ?? 1) > 0)
            #expect((0.5...0.9).contains(entry.top1 ?? 0), "\(entry.name)")
            #expect(((entry.top1 ?? 0)...1).contains(entry.top5 ?? 1), "\(entry.name)")
            if case .prefix(let digits) = entry.weights.digest {
                #expect(digits.count >= 8 && digits.allSatisfy(\.isHexDigit), "\(entry.name)")
            }
        }
    }
}

/// What is committed for integers, as every worker will use it.
@Suite("A recorded quantisation")
struct RecordedQuantisationTests {
    /// The entries whose weights come with one.
    private static let entries = Catalogue.entries.filter { entry in
        entry.weights.digest.whole.flatMap(RecordedQuantisation.artefact) != nil
    }

    @Test("comes with each of the networks that the definitions use")
    func complete() {
        #expect(
            Self.entries.map(\.name) == [
                "efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2",
            ])
        #expect(RecordedQuantisation.artefacts.count == 3)
    }

    @Test("belongs to its weights and its network, and passes the guard", arguments: entries)
    func belongs(_ entry: ModelEntry) throws {
        let artefact = try artefact(of: entry)
        let nodes = entry.networks[0].nodes.count
        #expect(artefact.source == entry.weights.digest.whole)
        #expect(artefact.nodes == nodes)
        #expect(artefact.figures.passesGuard && artefact.figures.images >= 50)
        let numbered = artefact.ranges.map(\.node) + artefact.exceptions
        #expect(numbered.allSatisfy((0..<nodes).contains))
        #expect(Set(artefact.ranges.map(\.node)).count == artefact.ranges.count)
        #expect(artefact.ranges.allSatisfy { $0.low <= 0 && $0.high >= 0 && $0.low < $0.high })
    }

    private func artefact(of entry: ModelEntry) throws -> QuantisationArtefact {
        try #require(entry.weights.digest.whole.flatMap(RecordedQuantisation.artefact))
    }

    @Test("survives being written and read", arguments: entries)
    func coding(_ entry: ModelEntry) throws {
        let artefact = try artefact(of: entry)
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
        let pinned = try ModelShelf().pinned(definition)
        #expect(
            pinned.members[0].weights
                == (try Catalogue.entry(named: "efficientnet_lite0").weights.digest.whole))
        #expect(try ModelShelf().pinned(pinned) == pinned)

        #expect(pinned.members[0].precision == .int8)

        var foreign = definition
        foreign.members[0].weights = SHA256Digest(of: [1, 2, 3])
        #expect(throws: CatalogueError.self) { try ModelShelf().pinned(foreign) }
    }

    @Test("pins weights of which a few digits are published to the file that is here")
    func pinningByPrefix() throws {
        let definition = PipelineDefinition(
            name: "one", members: [Member(name: "a", model: "resnet50")])
        #expect(
            throws: CatalogueError.notPinned("resnet50", file: "resnet50-11ad3fa6.pth")
        ) { try ModelShelf().pinned(definition) }

        let here = try #require(SHA256Digest(hex: "11ad3fa6" + String(repeating: "0", count: 56)))
        let pinned = try ModelShelf().pinned(definition) { _ in here }
        #expect(pinned.members[0].weights == here)
        #expect(try ModelShelf().pinned(pinned) == pinned)

        var foreign = definition
        foreign.members[0].weights = SHA256Digest(hex: "11ad3fa7" + here.hex.dropFirst(8))
        #expect(throws: CatalogueError.self) { try ModelShelf().pinned(foreign) { _ in here } }
    }

    @Test("knows a file by the digits at the end of its name")
    func digits() {
        let names = [
            "https://a/resnet50-11ad3fa6.pth": "11ad3fa6",
            "https://a-b/c-d/nasnetmobile-7e03cead.pth.tar": "7e03cead",
            "https://a/b/mnasnet0.5_top1_67.823-3ffadce67e.pth": "3ffadce67e",
        ]
        for (url, digits) in names { #expect(WeightSource(url: url).digest == .prefix(digits)) }
        let digest = SHA256Digest(of: [1])
        #expect(WeightSource.Digest.prefix(String(digest.hex.prefix(8))).matches(digest))
        #expect(!WeightSource.Digest.prefix(String(digest.hex.prefix(7))).matches(digest))
        #expect(!WeightSource.Digest.whole(digest).matches(SHA256Digest(of: [2])))
    }

    @Test("settles the precision of a member")
    func precision() throws {
        let entry = try Catalogue.entry(named: "efficientnet_lite0")
        let recorded = try #require(
            entry.weights.digest.whole.flatMap(RecordedQuantisation.artefact))
        var failing = recorded
        failing.figures.agreement = 0.9
        var foreign = recorded
        foreign.source = SHA256Digest(of: [1, 2, 3])
        func settled(
            _ precision: Precision, _ artefact: QuantisationArtefact? = nil
        ) throws -> Member {
            let member = Member(name: "a", model: entry.name, precision: precision)
            let definition = PipelineDefinition(name: "one", members: [member])
            return try ModelShelf().pinned(definition, quantisation: { _, _ in artefact }).members[
                0]
        }
        for precision in [Precision.f32, .bf16] {
            #expect(try settled(precision).precision == precision)
            #expect(try settled(precision).quantisation == nil)
        }
        #expect(try settled(.auto).quantisation == recorded)
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
            try ModelShelf().classes(of: PipelineDefinition(name: "none", members: []))
        }
    }
}
