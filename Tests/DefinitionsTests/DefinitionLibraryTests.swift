import Foundation
import Models
import PipelineCore
import Testing

@testable import Definitions

/// Where definitions are looked for.
@Suite("The library of definitions")
final class DefinitionLibraryTests {
    static let lite = ["efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2"]
    static let builtIn = ["imagenet-fast", "imagenet-lite", "imagenet-mixed", "imagenet-mobile"]
    let parser = DefinitionParser(models: Catalogue.entries.map(\.name))
    let folder = NSTemporaryDirectory() + "/pipeline-definitions-" + UUID().uuidString

    init() throws {
        for name in ["first", "second"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private var library: DefinitionLibrary {
        DefinitionLibrary(
            folders: ["\(folder)/first", "\(folder)/nowhere", "\(folder)/second"], parser: parser)
    }

    private func write(_ name: String, to path: String) throws {
        let text = "name: \(name)\nmembers: [efficientnet_lite0]\n"
        try Data(text.utf8).write(to: URL(filePath: folder + "/" + path))
    }

    @Test("looks through its folders first to last, then among the built-in definitions")
    func order() throws {
        try write("a-first", to: "first/a.yaml")
        try write("a-second", to: "second/a.yaml")
        try write("b-second", to: "second/b.yaml")
        try write("own-fast", to: "second/imagenet-fast.yaml")
        #expect(try library.definition("a").name == "a-first")
        #expect(try library.definition("b").name == "b-second")
        #expect(try library.definition("imagenet-fast").name == "own-fast")
        #expect(try library.definition("imagenet-lite").members.map(\.model) == Self.lite)
        #expect(library.names == ["a", "b"] + Self.builtIn)
    }

    @Test("takes a path as a path")
    func paths() throws {
        try write("a", to: "a.yaml")
        try write("b", to: "b")
        #expect(try library.definition(folder + "/a.yaml").name == "a")
        #expect(try library.definition(folder + "/b").name == "b")
    }

    @Test("says what there is when a name is unknown")
    func unknown() throws {
        func refusal(_ name: String) -> String {
            do { return try library.definition(name).name } catch { return error.description }
        }
        #expect(
            refusal("imagenet-lit")
                == "imagenet-lit: there is no pipeline definition of that name; "
                + "did you mean 'imagenet-lite'?")
        #expect(refusal("x").hasSuffix("there are " + Self.builtIn.joined(separator: ", ")))
    }

    @Test("says why a file cannot be read")
    func unreadable() throws {
        #expect(mkfifo(folder + "/pipe.yaml", 0o644) == 0)
        try Data(Array("name: a\nä: ".utf8) + [0xFF]).write(to: URL(filePath: folder + "/bad.yaml"))
        let cases = [
            ("missing.yaml", "cannot be read: No such file or directory"),
            ("first/", "cannot be read: it is not a file"),
            ("pipe.yaml", "cannot be read: it is not a file"),
            ("bad.yaml", "bad.yaml:2:4: the file is not UTF-8 text"),
        ]
        for (path, words) in cases {
            let error = #expect(throws: DefinitionError.self) {
                try self.library.definition(self.folder + "/" + path)
            }
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        }
    }

    @Test("stands where the environment and the program's own place say")
    func folders() {
        let environment = ["PIPELINE_DEFINITIONS": "/d"]
        #expect(
            DefinitionLibrary.standardFolders(
                environment: environment, executable: "/o/bin/pipeline")
                == ["/d", "Pipelines", "/o/share/pipeline/Pipelines"])
        #expect(
            DefinitionLibrary.standardFolders(
                environment: ["PIPELINE_DEFINITIONS": ""], executable: "/o/bin/pipeline"
            ).count == 2)
    }

    /// `Pipelines/` of this checkout.
    static let published = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Pipelines")

    @Test("brings along exactly the files of Pipelines/, and each of them is right")
    func builtIn() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.published.path)
            .filter { $0.hasSuffix(".yaml") }
        #expect(Set(files) == Set(BuiltInDefinitions.texts.keys.map { $0 + ".yaml" }))
        for file in files {
            let url = Self.published.appending(path: file)
            let text = try String(contentsOf: url, encoding: .utf8)
            let name = String(file.dropLast(".yaml".count))
            #expect(BuiltInDefinitions.texts[name] == text)
            let definition = try parser.parse(text, file: file)
            #expect(definition.name == name)
            #expect(definition.description != nil)
            #expect(try ModelShelf().classes(of: definition) == .imagenet1k)
        }
        let fast = try parser.parse(BuiltInDefinitions.texts["imagenet-fast"] ?? "", file: "")
        #expect(fast.members.map(\.model) == ["efficientnet_lite0"])
        let lite = try parser.parse(BuiltInDefinitions.texts["imagenet-lite"] ?? "", file: "")
        #expect(lite.members.map(\.model) == Self.lite)
        #expect(lite.combination == .meanProbability)
    }

    @Test("has committees of members that err differently: a family each")
    func mixed() throws {
        for (name, families) in [
            ("imagenet-mixed", ["ResNet", "Inception-v3", "Xception", "EfficientNet"]),
            ("imagenet-mobile", ["MobileNetV3", "MnasNet", "EfficientNet-Lite"]),
        ] {
            let definition = try parser.parse(BuiltInDefinitions.texts[name] ?? "", file: name)
            #expect(
                try definition.members.map { try Catalogue.entry(named: $0.model).family }
                    == families)
        }
    }

    @Test("is explained by an example that can be used, and names every field")
    func readme() throws {
        let text = try String(
            contentsOf: Self.published.appending(path: "README.md"), encoding: .utf8)
        let example = try #require(
            text.split(separator: "```yaml\n").last?.split(separator: "```").first)
        let definition = try parser.parse(String(example), file: "README.md")
        #expect(definition.members.map(\.name).last == "largest")
        let choices =
            Combination.allCases.map(\.rawValue) + Precision.allCases.map(\.rawValue)
            + DecodeMode.allCases.map(\.rawValue)
        let keys = [
            "name", "description", "members", "combine", "orient", "decode", "top", "shard",
        ]
        for word in choices + keys + ["model", "weight", "precision"] {
            #expect(text.contains("`\(word)`"), "\(word)")
        }
    }
}
