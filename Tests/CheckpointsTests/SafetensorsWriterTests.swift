import Checkpoints
import Foundation
import Testing

@Suite("A written safetensors file")
struct SafetensorsWriterTests {
    private let tensors: [SafetensorsWriter.Entry] = [
        (
            "z \"quoted\" \\ \u{1}é", .f32, [2, 1],
            SafetensorsWriter.bytes(of: [1.5, -2] as [Float])
        ),
        ("half", .f16, [1], SafetensorsWriter.bytes(of: [0.5] as [Float16])),
        ("ids", .i64, [2], SafetensorsWriter.bytes(of: [7, -7] as [Int64])),
        ("none", .u8, [0, 4], []),
    ]
    private let metadata = ["b": "2", "a": "line\nbreak", "c": ""]

    @Test("has the format's bytes")
    func bytes() throws {
        let data = try SafetensorsWriter.encode(tensors, metadata: metadata)
        let json =
            #"{"__metadata__":{"a":"line\nbreak","b":"2","c":""},"#
            + #""z \"quoted\" \\ \u0001é":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"#
            + #""half":{"dtype":"F16","shape":[1],"data_offsets":[8,10]},"#
            + #""ids":{"dtype":"I64","shape":[2],"data_offsets":[10,26]},"#
            + #""none":{"dtype":"U8","shape":[0,4],"data_offsets":[26,26]}}"#
        let padding = String(repeating: " ", count: (8 - json.utf8.count % 8) % 8)

        #expect(!padding.isEmpty)
        #expect(
            [UInt8](data)
                == Assembly.safetensors(json + padding, data: tensors.flatMap { $0.bytes }))
    }

    @Test("reads back")
    func roundTrip() throws {
        let folder = try ScratchFolder()
        let path = folder.path("result.safetensors")
        try SafetensorsWriter.write(tensors, metadata: metadata, to: path)
        let checkpoint = try Checkpoint(path: path)

        #expect(checkpoint.metadata == metadata)
        #expect(checkpoint.names == tensors.map { $0.name })
        #expect(try checkpoint.tensor(tensors[0].name, shape: [2, 1]).floats() == [1.5, -2])
        #expect(try checkpoint.tensor("half", shape: [1]).floats() == [0.5])
        #expect(try checkpoint.tensor("ids", shape: [2]).integers() == [7, -7])
        #expect(try checkpoint.tensor("none", shape: [0, 4]).floats() == [])
    }

    @Test("is byte for byte the reference's")
    func reference() throws {
        let path = Fixtures.path("types.safetensors")
        let checkpoint = try Checkpoint(path: path)
        var copies: [SafetensorsWriter.Entry] = []
        for name in checkpoint.names {
            let tensor = try #require(checkpoint.tensors[name])
            copies.append((name, tensor.type, tensor.shape, tensor.withBytes { [UInt8]($0) }))
        }

        #expect(
            [UInt8](try SafetensorsWriter.encode(copies, metadata: checkpoint.metadata))
                == (try Fixtures.bytes("types.safetensors")))
        #expect(
            [UInt8](try SafetensorsWriter.encode([]))
                == (try Fixtures.bytes("nothing.safetensors")))
    }

    @Test("appears whole or not at all, and alone")
    func replacement() throws {
        let folder = try ScratchFolder()
        let path = try folder.file([1, 2, 3], "result.safetensors")
        let broken = [
            (name: "a", type: ElementType.f32, shape: [2], bytes: [UInt8](repeating: 0, count: 7))
        ]

        #expect(throws: CheckpointError.self) { try SafetensorsWriter.write(broken, to: path) }
        #expect(try Data(contentsOf: URL(filePath: path)) == Data([1, 2, 3]))
        try SafetensorsWriter.write(tensors, metadata: metadata, to: path)
        #expect(
            try Data(contentsOf: URL(filePath: path))
                == SafetensorsWriter.encode(tensors, metadata: metadata))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
                == ["result.safetensors"])
    }

    @Test("needs its folder")
    func unwritable() throws {
        let folder = try ScratchFolder()
        let path = folder.path("missing/result.safetensors")

        let error = #expect(throws: CheckpointError.self) {
            try SafetensorsWriter.write(tensors, to: path)
        }
        #expect(error == .unwritable(path: path, reason: "No such file or directory"))
    }

    @Test(
        "is refused where tensors contradict themselves",
        arguments: [
            [
                (name: "a", type: ElementType.u8, shape: [1], bytes: [0] as [UInt8]),
                ("a", .u8, [1], [0]),
            ],
            [("__metadata__", .u8, [1], [0])],
            [("a", .u8, [2], [0])],
            [("a", .f32, [1], [0])],
            [("a", .u8, [-1, -1], [0])],
            [("a", .u8, [Int.max, 2], [0])],
            [("a", .u8, [1, 1, 1, 1, 1, 1, 1, 1, 1], [0])],
        ] as [[SafetensorsWriter.Entry]])
    func contradictions(_ tensors: [SafetensorsWriter.Entry]) throws {
        let error = #expect(throws: CheckpointError.self) {
            try SafetensorsWriter.encode(tensors)
        }
        guard case .unencodable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
