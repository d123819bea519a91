import Foundation
import TestSupport
import Testing

/// The crops that the reference material keeps of its first eight photographs: u8 [8, 224, 224, 3].
struct ReferenceCrops {
    /// The photographs' names, in the order of the crops.
    let files: [String]
    private let tensor: Data
    private let side = 224

    init() throws {
        let table = try #require(SharedMaterial.file("data/imagenet-200/labels.csv"))
        let lines = try String(contentsOf: table, encoding: .utf8)
            .split(whereSeparator: \.isNewline)
        files = lines.dropFirst().prefix(8).map { String($0.prefix { $0 != "," }) }
        let file = try #require(SharedMaterial.file("golden/efficientnet_lite.safetensors"))
        tensor = try Self.read("pixels/efficientnet_lite0", from: Data(contentsOf: file))
        try #require(tensor.count == files.count * side * side * 3)
    }

    func pixels(_ row: Int) -> Data {
        tensor.dropFirst(row * side * side * 3).prefix(side * side * 3)
    }

    func photograph(_ file: String) throws -> Data {
        try Data(
            contentsOf: #require(SharedMaterial.file("data/imagenet-200/images/\(file)")))
    }

    /// A safetensors file: the length of a JSON header in eight bytes, the header, the data.
    private static func read(_ name: String, from file: Data) throws -> Data {
        let length = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try JSONSerialization.jsonObject(with: file.dropFirst(8).prefix(length))
        let entry = try #require((header as? [String: Any])?[name] as? [String: Any])
        let offsets = try #require(entry["data_offsets"] as? [Int])
        return file.dropFirst(8 + length + offsets[0]).prefix(offsets[1] - offsets[0])
    }
}
