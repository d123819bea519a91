import Foundation
import Imaging
import PipelineCore
import Testing

/// The pictures in `Fixtures`, and what Pillow and torchvision made of them.
struct Golden: Decodable {
    /// A file and its pixels, [height, width, 3].
    struct Picture: Decodable, CustomTestStringConvertible {
        var file: String
        var width: Int
        var height: Int
        var pixels: Data
        /// The picture after its EXIF orientation, where that changes it.
        var upright: Upright?

        var testDescription: String { file }
    }

    struct Upright: Decodable {
        var width: Int
        var height: Int
        var pixels: Data
    }

    /// The pixels of a resize and a centred crop of a file, [crop, crop, 3].
    struct Crop: Decodable, CustomTestStringConvertible {
        var file: String
        var resize: Int
        var crop: Int
        var interpolation: Preprocessing.Interpolation
        var pixels: Data

        var testDescription: String { "\(file) \(resize) \(crop) \(interpolation)" }

        var preprocessing: Preprocessing {
            Preprocessing(
                resize: resize, crop: crop, interpolation: interpolation,
                mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375])
        }
    }

    var decoded: [Picture]
    var crops: [Crop]

    static let recorded: Golden = {
        do {
            return try JSONDecoder().decode(Golden.self, from: Fixture.data("golden.json"))
        } catch {
            Issue.record("golden.json cannot be read: \(error)")
            return Golden(decoded: [], crops: [])
        }
    }()
}

/// The files beside the tests.
enum Fixture {
    static func data(_ name: String) throws -> Data {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        return try Data(contentsOf: folder.appending(path: "Fixtures").appending(path: name))
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](data(name))
    }
}

extension ImageDecoder {
    /// Decodes bytes that lie in an array.
    mutating func decode(
        _ bytes: [UInt8], orient: Bool = false, mode: DecodeMode = .exact, shortSide: Int? = nil
    ) throws -> RGBImage {
        try bytes.withUnsafeBytes {
            try decode($0, orient: orient, mode: mode, shortSide: shortSide)
        }
    }
}

/// Where two byte strings differ, in a form that says how badly.
func difference(_ got: [UInt8], _ wanted: some Collection<UInt8>) -> String? {
    guard got.count == wanted.count else { return "\(got.count) bytes, not \(wanted.count)" }
    let differences = zip(got, wanted).map { abs(Int($0) - Int($1)) }
    guard let first = differences.firstIndex(where: { $0 != 0 }) else { return nil }
    let largest = differences.max() ?? 0
    return "\(differences.count { $0 != 0 }) bytes differ, from \(first) on, by \(largest) at most"
}
