import Checkpoints
import Foundation
import Testing

/// What holds for every format.
@Suite("A checkpoint")
struct CheckpointTests {
    @Test("reads as PyTorch reads it", arguments: Fixtures.sound)
    func values(_ name: String) throws {
        let checkpoint = try Checkpoint(path: Fixtures.path(name))
        let expected = try Fixtures.expected(name)
        let types = [
            "float64": ElementType.f64, "float32": .f32, "float16": .f16, "bfloat16": .bf16,
            "int64": .i64, "int32": .i32, "int16": .i16, "int8": .i8, "uint8": .u8, "bool": .bool,
        ]

        #expect(Set(checkpoint.names) == Set(expected.keys))
        #expect(checkpoint.names.count == checkpoint.tensors.count)
        for (name, row) in expected {
            let tensor = try checkpoint.tensor(name, shape: row.shape)
            #expect(tensor.type == types[row.type], "\(name)")
            #expect(try tensor.floats() == row.floats(), "\(name)")
            #expect(tensor.count == row.values.count, "\(name)")
        }
    }

    @Test(
        "is told by its content",
        arguments: [
            ("types.safetensors", CheckpointFormat.safetensors), ("types_zip.pt", .pytorchZip),
            ("types_legacy.pth", .pytorchLegacy),
        ])
    func format(_ name: String, _ format: CheckpointFormat) throws {
        let folder = try ScratchFolder()
        let misnamed = try folder.file(try Fixtures.bytes(name), "weights.onnx")

        #expect(try Checkpoint(path: misnamed).format == format)
    }

    @Test("keeps the file's order", arguments: ["views_zip.pt", "views_legacy.pth"])
    func order(_ name: String) throws {
        #expect(
            try Checkpoint(path: Fixtures.path(name)).names == [
                "whole", "head", "tail", "every_other", "transposed", "channels_last",
                "permuted_slice", "expanded", "scalar", "empty",
            ])
    }

    @Test("stays readable when its file is removed")
    func lifetime() throws {
        let folder = try ScratchFolder()
        let path = try folder.file(try Fixtures.bytes("types_zip.pt"))
        let tensor = try Checkpoint(path: path).tensor("f32", shape: [3])
        try FileManager.default.removeItem(atPath: path)

        #expect(try tensor.floats() == [-1.5, -1, -0.5])
    }

    @Test("names what is missing and what is near")
    func missing() throws {
        let path = Fixtures.path("training_zip.pt")
        let checkpoint = try Checkpoint(path: path)

        #expect(
            throws: CheckpointError.missingTensor(
                path: path, name: "1.running_men", near: ["1.running_mean", "1.running_var"])
        ) { try checkpoint.tensor("1.running_men", shape: [2]) }
        #expect(
            throws: CheckpointError.missingTensor(
                path: path, name: "module.0.bias", near: ["0.bias"])
        ) { try checkpoint.tensor("module.0.bias", shape: [2]) }
        #expect(throws: CheckpointError.missingTensor(path: path, name: "classifier", near: [])) {
            try checkpoint.tensor("classifier", shape: [2])
        }
        #expect(
            throws: CheckpointError.wrongShape(
                path: path, name: "0.bias", expected: [1000], found: [2])
        ) { try checkpoint.tensor("0.bias", shape: [1000]) }
    }

    @Test(
        "that is not one says so",
        arguments: [
            ("", "it is empty"), ("<!DOCTYPE html><html></html>", "a web page"),
            ("version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
            ("GIF89a.........", "neither safetensors nor PyTorch"),
        ])
    func strangers(_ text: String, _ words: String) throws {
        let folder = try ScratchFolder()
        let path = try folder.file(Array(text.utf8))

        let error = #expect(throws: CheckpointError.self) { try Checkpoint(path: path) }
        #expect(error?.description.contains(words) == true)
        #expect(error?.description.contains("fetch it again") == true)
    }

    @Test("that cannot be opened tells why")
    func unreadable() throws {
        let folder = try ScratchFolder()

        #expect(throws: CheckpointError.notFound(path: folder.path("none.pth"))) {
            try Checkpoint(path: folder.path("none.pth"))
        }
        #expect(
            throws: CheckpointError.unreadable(
                path: folder.url.path, reason: "it is not a regular file")
        ) { try Checkpoint(path: folder.url.path) }
    }
}
