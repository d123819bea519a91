import Foundation
import Imaging
import Models
import PipelineCore
import TestSupport
import Testing

/// How a library feeds weights that it publishes, and the pixels that it makes of photographs.
struct PublishedPreprocessing: Sendable, Decodable, CustomTestStringConvertible {
    let name: String
    let resize: Int
    let crop: Int
    let interpolation: Preprocessing.Interpolation
    /// Of pixels of 0...1: R, G, B.
    let mean: [Double]
    let std: [Double]
    /// The SHA-256 of the pixels `[crop, crop, 3]`, by the photograph's name.
    let sha256: [String: String]

    var testDescription: String { name }

    private struct Record: Decodable {
        let weights: [PublishedPreprocessing]
    }

    static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures")

    /// What `scripts/record_preprocessing.py` recorded.
    static let all: [PublishedPreprocessing] = {
        do {
            let data = try Data(contentsOf: fixtures.appending(path: "preprocessing.json"))
            return try JSONDecoder().decode(Record.self, from: data).weights
        } catch {
            Issue.record("preprocessing.json cannot be read: \(error)")
            return []
        }
    }()

    /// The photographs that are here; those of the reference material may not be.
    var photos: [(file: URL, sha256: String)] {
        sha256.sorted { $0.key < $1.key }.compactMap { name, digest in
            let own = Self.fixtures.appending(path: name)
            let isOwn = FileManager.default.fileExists(atPath: own.path)
            return (isOwn ? own : SharedMaterial.file("data/imagenet-200/images/\(name)"))
                .map { ($0, digest) }
        }
    }
}

/// Our pixels against those of torchvision's and timm's own transforms.
@Suite("A published preprocessing")
struct PreprocessingTests {
    @Test("is recorded for weights with different crops and filters")
    func coverage() {
        let ways = Set(PublishedPreprocessing.all.map { [$0.resize, $0.crop] })
        #expect(PublishedPreprocessing.all.count >= 100)
        #expect(ways.count >= 20)
        #expect(Set(PublishedPreprocessing.all.map(\.interpolation)).count == 2)
    }

    @Test("is the catalogue's", arguments: PublishedPreprocessing.all)
    func steps(_ published: PublishedPreprocessing) throws {
        let ours = try Catalogue.entry(named: published.name).preprocessing
        #expect(ours.resize == published.resize)
        #expect(ours.crop == published.crop)
        #expect(ours.interpolation == published.interpolation)
        // torchvision normalises for these two once more in the network (`transform_input`): what
        // is left of both steps is the range -1...1.
        let isNormalisedTwice = ["googlenet", "inception_v3"].contains(published.name)
        for (number, wanted) in zip(ours.mean, published.mean) {
            #expect(abs(Double(number) - (isNormalisedTwice ? 0.5 : wanted) * 255) < 1e-4)
        }
        for (number, wanted) in zip(ours.std, published.std) {
            #expect(abs(Double(number) - (isNormalisedTwice ? 0.5 : wanted) * 255) < 1e-4)
        }
    }

    @Test("gives the library's pixels, byte for byte", arguments: PublishedPreprocessing.all)
    func pixels(_ published: PublishedPreprocessing) throws {
        let preprocessing = try Catalogue.entry(named: published.name).preprocessing
        let photos = published.photos
        #expect(photos.count >= 2)
        var decoder = try ImageDecoder()
        var preprocessor = Preprocessor()
        for (file, digest) in photos {
            let image = try Data(contentsOf: file).withUnsafeBytes {
                try decoder.decode($0, orient: false, mode: .exact, shortSide: nil)
            }
            let pixels = preprocessor.crop(image, preprocessing)
            #expect(SHA256Digest(of: pixels).hex == digest, "\(file.lastPathComponent)")
        }
    }
}
