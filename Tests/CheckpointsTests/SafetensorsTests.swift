import Checkpoints
import Foundation
import Testing

@Suite("A safetensors header")
struct SafetensorsTests {
    private static let one = #""a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#

    private func header(_ json: String, dataBytes: Int = 8) throws -> SafetensorsHeader {
        let file = Assembly.safetensors(json, data: [UInt8](repeating: 0, count: dataBytes))
        return try SafetensorsHeader(parsing: Data(file), path: "test")
    }

    @Test("lists tensors in the order of their bytes")
    func entries() throws {
        let header = try header(
            #"""
            { "late" : {"data_offsets":[4,8], "shape":[2,2],"dtype":"U8"}, "none":
            {"dtype":"BF16","shape":[0,5],"data_offsets":[4,4]},"__metadata__":{"é\n":"\ud83d\ude00\/"},
            "early":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"scalar":{"dtype":"I64",
            "shape":[],"data_offsets":[8,16]}}

            """#, dataBytes: 16)

        #expect(header.entries.map(\.name) == ["early", "none", "late", "scalar"])
        #expect(header.metadata == ["é\n": "😀/"])
        #expect(header["late"]?.range == 4..<8)
        #expect(header["late"]?.shape == [2, 2])
        #expect(header["none"]?.type == .bf16)
        #expect(header["absent"] == nil)
    }

    @Test("is read from the beginning of a file alone")
    func beginning() throws {
        let file = try Fixtures.bytes("types.safetensors")
        let whole = try SafetensorsHeader(parsing: Data(file), path: "test")
        try file.withUnsafeBytes { bytes in
            let prefix = UnsafeRawBufferPointer(rebasing: bytes.prefix(8))
            let length = try SafetensorsHeader.length(
                prefix: prefix, fileSize: file.count, path: "test")
            let head = UnsafeRawBufferPointer(rebasing: bytes.prefix(8 + length))
            #expect(whole.dataOffset == 8 + length)
            #expect(
                try SafetensorsHeader(parsing: head, fileSize: file.count, path: "test") == whole)
            #expect(throws: CheckpointError.self) {
                try SafetensorsHeader(parsing: prefix, fileSize: file.count, path: "test")
            }
        }
        #expect(whole.metadata == ["format": "pt"])
    }

    @Test("that begins like another format is still told")
    func lengths() throws {
        let folder = try ScratchFolder()
        for length in [0x80, 0x180, 0x4B50] {
            let json = "{\(Self.one)}"
            let file = Assembly.safetensors(
                json + String(repeating: " ", count: length - json.utf8.count),
                data: Assembly.little([1, 2]))
            let checkpoint = try Checkpoint(path: try folder.file(file))
            #expect(try checkpoint.tensor("a", shape: [2]).floats() == [1, 2])
        }
    }

    @Test("may be empty")
    func nothing() throws {
        #expect(try Checkpoint(path: Fixtures.path("nothing.safetensors")).names.isEmpty)
    }

    @Test(
        "with another form is refused",
        arguments: [
            "", "[]", " {}", "{", "{}{", #"{"a":1}"#, #"{"a":{}}"#, "{\(one),}", "{\(one) \(one)}",
            "{\(one),\(one)}", #"{"__metadata__":{"a":"1","a":"2"},"# + one + "}",
            #"{"__metadata__":{"a":1},"# + one + "}",
            #"{"__metadata__":{},"__metadata__":{},"# + one + "}",
            #"{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}}"#,
            #"{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[02],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#,
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#,
            #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}"#,
            #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[9223372036854775807,9223372036854775807]}}"#,
            #"{"a":{"dtype":"U8","shape":[6],"data_offsets":[0,6]},"#
                + #""b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}"#,
            #"{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
            #"{"\ud800\u0041":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
            #"{"\x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
            "{\"a\u{1}\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
            #"{"a"#, #"{"a\"#, #"{"a\u00"#,
        ])
    func malformed(_ json: String) throws {
        #expect(throws: CheckpointError.self) { try header(json) }
        #expect(try header("{\(Self.one)}").entries.count == 1)
    }

    @Test(
        "longer than the file or the limit is refused before it is read",
        arguments: [
            UInt64(9), 100_000_001, UInt64(Int.max), .max,
        ])
    func length(_ length: UInt64) throws {
        let file = Assembly.little(length) + Array("{}      ".utf8)
        let error = #expect(throws: CheckpointError.self) {
            try SafetensorsHeader(parsing: Data(file), path: "test")
        }
        #expect(error?.description.contains("\(length)") == true)
    }
}
