import Datasets
import Foundation
package import PipelineCore
package import TestSupport

/// A folder of pictures of one colour each, and what they must be labelled as.
package struct PictureSet: Sendable {
    /// What keeps them as long as they are used.
    package let folder = TemporaryFolder()
    /// How many there are.
    package let count: Int
    /// The folder's path.
    package var path: String { folder.file("pictures") }
    /// Where a picture's file says its first pixel.
    private static let firstPixel = 49

    /// Draws `count` pictures by a seed.
    package init(_ count: Int, seed: UInt64) throws {
        self.count = count
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        var generator = SeededGenerator(seed: seed)
        for index in 0..<count { try draw(index, using: &generator) }
    }

    /// Draws picture `index` anew, in another colour.
    package func draw(_ index: Int, using generator: inout SeededGenerator) throws {
        let colour = (0..<3).map { _ in UInt8.random(in: 0...255, using: &generator) }
        try Data(TinyPNG.plain(colour[0], colour[1], colour[2])).write(
            to: URL(filePath: path + "/" + Self.name(index)))
    }

    /// The file of picture `index`.
    package func bytes(_ index: Int) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path + "/" + Self.name(index))))
    }

    /// All names are of one length, so that they order as the indices do.
    package static func name(_ index: Int) -> String { "p\(100_000 + index).png" }

    /// The label of each picture, told from its file alone.
    package func labels() throws -> [String: Int] {
        var labels: [String: Int] = [:]
        for index in 0..<count {
            labels[Self.name(index)] = StubNetwork.label(of: Self.colour(of: try bytes(index)))
        }
        return labels
    }

    /// The colour of a picture's file.
    package static func colour(of bytes: [UInt8]) -> [UInt8] {
        Array(bytes.dropFirst(firstPixel).prefix(3))
    }

    /// Lists the pictures into a file at `path` as a submitter does, and gives its SHA-256.
    package func list(into path: String) throws -> SHA256Digest {
        try ImageFolder(path: RelativePath(text: self.path)).writeManifest(to: path).manifest.sha256
    }
}
