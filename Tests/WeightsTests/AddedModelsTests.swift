import Foundation
import Models
import PipelineCore
import TestSupport
import Testing
import Weights

@Suite("The list of added networks")
struct AddedModelsTests {
    let folder = TemporaryFolder()

    private func model(_ name: String, classes: [String] = ["a", "b"]) -> AddedModel {
        AddedModel(
            name: name, build: .architecture("resnet18", library: .torchvision), file: "w.pth",
            size: 3, sha256: SHA256Digest(of: [1, 2, 3]),
            preprocessing: Preprocessing(
                resize: 256, crop: 224, interpolation: .bilinear, mean: [0, 0, 0],
                std: [1, 1, 1]),
            classes: classes, parameters: 1, multiplyAdds: 1)
    }

    @Test("begins empty, and gives back what was added, under the catalogue's eyes")
    func round() async throws {
        let models = AddedModels(file: folder.file("data/models.json"))
        #expect(try models.all().isEmpty)
        try await models.add(model("birds"))
        try await models.add(model("trees"))
        try await models.add(model("birds", classes: ["x", "y"]))
        #expect(try models.all().map(\.name) == ["trees", "birds"])
        let shelf = try models.shelf()
        #expect(try shelf.entry(named: "birds").classes.labels == ["x", "y"])
        #expect(try shelf.entry(named: "birds").family == "ResNet")
        #expect(try shelf.entry(named: "alexnet").name == "alexnet")
        #expect(try await models.remove("trees"))
        #expect(try await !models.remove("trees"))
        #expect(try models.all().map(\.name) == ["birds"])
    }

    @Test(
        "lies where the XDG specification says",
        arguments: [
            (["XDG_DATA_HOME": "/d", "HOME": "/h"], "/d/pipeline/models.json"),
            (["XDG_DATA_HOME": "d", "HOME": "/h"], "/h/.local/share/pipeline/models.json"),
            (["HOME": "/h"], "/h/.local/share/pipeline/models.json"),
        ])
    func place(_ environment: [String: String], _ file: String) {
        #expect(AddedModels(environment: environment).file == file)
    }

    @Test("is refused in words when it is damaged")
    func damage() throws {
        try folder.write("[{\"name\":3}]", to: "models.json")
        let models = AddedModels(file: folder.file("models.json"))
        let error = #expect(throws: WeightError.self) { try models.all() }
        #expect(error?.description.contains("move it away and add them again") == true)
    }

    @Test("lets votes be combined only among networks of the same classes")
    func classes() async throws {
        let models = AddedModels(file: folder.file("models.json"))
        try await models.add(model("one"))
        try await models.add(model("two"))
        try await models.add(model("other", classes: ["b", "a"]))
        let shelf = try models.shelf()
        func definition(_ names: String...) -> PipelineDefinition {
            PipelineDefinition(name: "p", members: names.map { Member(name: $0, model: $0) })
        }
        #expect(try shelf.classes(of: definition("one", "two")).labels == ["a", "b"])
        #expect(throws: CatalogueError.differentClasses(definition: "p")) {
            try shelf.classes(of: definition("one", "other"))
        }
    }

    @Test("says that weights which left the cache have to be added again")
    func gone() async throws {
        let cache = WeightCache(directory: folder.file("cache"))
        let entry = ModelEntry(model("birds"))
        let error = await #expect(throws: WeightError.self) {
            try await cache.pull(entry) { _ in }
        }
        #expect(error?.description.contains("add the file 'w.pth' again") == true)
    }

    @Test("keeps a copy of a file by its SHA-256")
    func copy() throws {
        let cache = WeightCache(directory: folder.file("cache"))
        try Data([1, 2, 3]).write(to: URL(filePath: folder.file("w.pth")))
        let kept = try cache.keep(folder.file("w.pth"))
        #expect(kept.sha256 == SHA256Digest(of: [1, 2, 3]))
        #expect(kept.size == 3)
        #expect(try cache.path(of: ModelEntry(model("birds"))) != nil)
    }
}
