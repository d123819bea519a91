import Foundation
import TestSupport
import Testing

@Suite("A network that a user adds", .serialized)
struct AddedModelTests {
    let folder = TemporaryFolder()

    /// A machine of its own: where models are listed and where weights are kept.
    private func machine(_ name: String) -> [String: String] {
        ["XDG_DATA_HOME": folder.file(name), "PIPELINE_CACHE": folder.file(name + "-cache")]
    }

    /// A tiny network that `scripts/make_onnx_fixtures.py` exported.
    private var model: String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "InterchangeTests/Fixtures/mobile/model.onnx").path
    }

    private func definition() throws -> String {
        try folder.write("name: tiny\nmembers:\n  - model: tiny\n", to: "tiny.yaml")
        return folder.file("tiny.yaml")
    }

    @Test("labels with its own classes, here and only here")
    func labels() async throws {
        let dataset = try SampleDataset(0..<3)
        try folder.write("ant\nbee\ncat\ndog\neel\n", to: "classes.txt")
        let here = machine("here")
        let added = try await Program.run(
            "models", "add", "tiny", "--onnx", model, "--classes", folder.file("classes.txt"),
            environment: here)
        #expect(added.status == 0, "\(added.err)")
        #expect(added.out.contains("13×13 RGB"))
        let list = try await Program.run("models", "list", environment: here)
        #expect(list.out.contains("tiny"))

        let labelled = try await Program.run(
            "label", dataset.path, "--pipeline", try definition(), "--output",
            folder.file("out"), environment: here)
        #expect(labelled.status == 0, "\(labelled.err)")
        let rows = try ManifestRow.read(folder.file("out/manifest.jsonl"))
        #expect(rows.count == 3)
        #expect(
            rows.allSatisfy { ["ant", "bee", "cat", "dog", "eel"].contains($0.label ?? "") })

        let elsewhere = try await Program.run(
            "label", dataset.path, "--pipeline", try definition(), "--output",
            folder.file("out2"), environment: machine("there"))
        #expect(elsewhere.status == 65)
        #expect(elsewhere.err.contains("there is no model 'tiny'"), "\(elsewhere.err)")
    }

    @Test(
        "is refused with what is wrong and what to do",
        arguments: [
            (["tiny"], 64, "Name either --onnx FILE or --weights FILE."),
            (["tiny", "--weights", "w"], 64, "--weights and --architecture go together."),
            (["alexnet", "--onnx", "m"], 64, "The catalogue has a 'alexnet' already"),
            (["a/b", "--onnx", "m"], 64, "A name is made of letters"),
            (["tiny", "--onnx", "nowhere"], 66, "there is no such file"),
            (["tiny", "--onnx", "text.onnx"], 65, "cannot be read as ONNX"),
            (["tiny", "--weights", "text.onnx", "--architecture", "resnet9000"], 64, "known are"),
            (["tiny", "--onnx", "m", "--std", "0,1,1"], 64, "--std is above 0"),
            (["tiny", "--onnx", "m", "--mean", "1,2"], 64, "--mean is three numbers"),
        ] as [([String], Int32, String)])
    func refusals(_ arguments: [String], _ status: Int32, _ words: String) async throws {
        try folder.write("no model", to: "text.onnx")
        let outcome = try await Program.start(
            ["models", "add"] + arguments, in: folder.path, environment: machine("here")
        ).end()
        #expect(outcome.status == status, "\(outcome.err)")
        #expect(outcome.err.contains(words), "\(outcome.err)")
    }

    @Test("has to have as many classes as its list")
    func classes() async throws {
        try folder.write("ant\nbee\n", to: "classes.txt")
        let outcome = try await Program.run(
            "models", "add", "tiny", "--onnx", model, "--classes", folder.file("classes.txt"),
            environment: machine("here"))
        #expect(outcome.status == 65)
        #expect(outcome.err.contains("names 2 classes, the network has 5"), "\(outcome.err)")
    }
}
