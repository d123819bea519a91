import Foundation
import Glibc
import Testing

/// The recorded files beside these tests; `Fixtures/make_fixtures.py` tells how they came about.
enum Fixtures {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures")

    /// Files that open, with what PyTorch reads from them.
    static let sound = [
        "types.safetensors", "types_zip.pt", "types_legacy.pth", "views_zip.pt",
        "views_legacy.pth", "training_zip.pt", "nested_legacy.pth",
    ]
    /// Every recorded checkpoint.
    static let all =
        sound + ["nothing.safetensors", "hostile_zip.pt", "hostile_legacy.pth", "torchscript.pt"]

    static func path(_ name: String) -> String { folder.appending(path: name).path }

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }

    /// A tensor as PyTorch reads it.
    struct Expected: Decodable {
        let type: String
        let shape: [Int]
        let values: [String]

        func floats() throws -> [Float] {
            try values.map { Float(try #require(Double($0))) }
        }
    }

    static func expected(_ name: String) throws -> [String: Expected] {
        let data = try Data(contentsOf: folder.appending(path: "expected.json"))
        let files = try JSONDecoder().decode([String: [String: Expected]].self, from: data)
        return try #require(files[name])
    }
}

/// A folder of a test's own, gone with the test.
final class ScratchFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(
            path: "checkpoints-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }

    /// The path of a new file with these bytes.
    func file(_ bytes: [UInt8], _ name: String = "checkpoint") throws -> String {
        // Not `Data.write(to:)`, which waits for the disk, as does writing over a file: some tests
        // write ten thousand of them.
        unlink(path(name))
        let file = try #require(fopen(path(name), "w"))
        let written = fwrite(bytes, 1, bytes.count, file)
        try #require(fclose(file) == 0 && written == bytes.count)
        return path(name)
    }
}
