import Foundation
import Models
import Networks
import PipelineCore
import Testing

/// What a library says of one of its networks; `scripts/record_architectures.py` wrote it down.
struct RecordedArchitecture: Sendable, CustomTestStringConvertible {
    let library: Library
    let name: String
    let size: Int
    let parameters: Int
    let multiplyAdds: Int
    /// SHA-256 of every tensor's name and extents.
    let tensors: String

    var testDescription: String { "\(library.rawValue) \(name)" }

    static let all: [RecordedArchitecture] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/architectures.tsv")
        let lines = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return lines.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "\t").map(String.init)
            guard cells.count == 6, let library = Library(rawValue: cells[0]),
                let size = Int(cells[2]), let parameters = Int(cells[3]),
                let multiplyAdds = Int(cells[4])
            else { return nil }
            return RecordedArchitecture(
                library: library, name: cells[1], size: size, parameters: parameters,
                multiplyAdds: multiplyAdds, tensors: cells[5])
        }
    }()
}

@Suite("Every architecture")
struct ArchitectureTests {
    @Test("is found by its library's name", arguments: RecordedArchitecture.all)
    func name(_ recorded: RecordedArchitecture) throws {
        let found = Architecture.named(recorded.name, in: recorded.library)
        #expect(found.map(\.name) == [recorded.name])
        #expect(found.first?.size == recorded.size)
    }

    @Test("reads the tensors that its library writes", arguments: RecordedArchitecture.all)
    func tensors(_ recorded: RecordedArchitecture) throws {
        let network = try network(recorded)
        let lines = network.parameters.map { parameter in
            ([parameter.name] + parameter.shape.map(String.init)).joined(separator: " ")
        }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        #expect(
            SHA256Digest(of: Array(lines.joined(separator: "\n").utf8)).hex == recorded.tensors)
    }

    @Test(
        "has as many parameters and takes as many multiply-adds as in its library",
        arguments: RecordedArchitecture.all)
    func figures(_ recorded: RecordedArchitecture) throws {
        let network = try network(recorded)
        #expect(network.parameterCount == recorded.parameters)
        if recorded.library == .pretrainedmodels {
            // It pads maps and crops what comes of the border, which is work for nothing.
            let share = Double(network.multiplyAdds) / Double(recorded.multiplyAdds)
            #expect((0.97...1).contains(share))
        } else {
            #expect(network.multiplyAdds == recorded.multiplyAdds)
        }
    }

    @Test("is recorded, unless it is another name for one that is")
    func completeness() {
        let recorded = Set(RecordedArchitecture.all.map(\.testDescription))
        let missing = Architecture.all.filter { $0.library != .torchvisionFiles }
            .map(\.testDescription).filter { !recorded.contains($0) }
        #expect(missing == ["timm xception", "pretrainedmodels nasnetamobile"])
        #expect(RecordedArchitecture.all.count == 154)
    }

    @Test("has a last layer of as many classes as asked for", arguments: Architecture.all)
    func classes(_ architecture: Architecture) {
        let network = architecture.network(classes: 7)
        #expect(network.classes == 7)
        #expect(network.nodes[network.output].shape == Shape(channels: 7, height: 1, width: 1))
    }

    @Test("is found by timm's name with a tag")
    func tag() {
        #expect(Architecture.named("resnet50.tv2_in1k").map(\.library) == [.timm])
        #expect(Architecture.named("resnet50").map(\.library) == [.torchvision, .timm])
        #expect(
            Architecture.named("densenet121").map(\.library)
                == [.torchvision, .timm, .torchvisionFiles])
        #expect(Architecture.named("resnet51").isEmpty)
    }

    private func network(_ recorded: RecordedArchitecture) throws -> Network {
        try #require(Architecture.named(recorded.name, in: recorded.library).first)
            .network(size: recorded.size)
    }
}

extension Architecture: CustomTestStringConvertible {
    package var testDescription: String { "\(library.rawValue) \(name)" }
}
