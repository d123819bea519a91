import Foundation
import PipelineCore
import TestSupport
import Testing

@testable import Datasets

@Suite("An archive of images")
struct TarShardTests {
    let folder = TemporaryFolder()

    private func entries(of name: String) throws -> [ImageEntry] {
        var entries: [ImageEntry] = []
        let path = RelativePath(text: folder.path + "/" + name)
        _ = try #require(TarShard(path: path)).entries { entries.append($0) }
        return entries
    }

    /// An archive of the files `names`, whose contents are their names.
    private func pack(_ names: [String], format: String = "gnu") throws {
        for name in names { try folder.write("in/" + name) }
        let words =
            ["tar", "--format=\(format)", "-C", folder.path + "/in", "-cf", folder.path + "/a.tar"]
            + names
        #expect(try Command.run(words).status == 0)
    }

    private static let long = String(repeating: "long/", count: 40) + "name.png"

    @Test("is read in every format", arguments: ["gnu", "ustar", "pax", "v7"])
    func formats(_ format: String) throws {
        var names = ["1.jpg", "sub/2.PNG", "3.txt", ".hidden.jpg", "ünï 4.webp"]
        if format == "gnu" || format == "pax" { names.append(Self.long) }
        try pack(names, format: format)
        let entries = try entries(of: "a.tar")

        let images = names.filter { !$0.hasSuffix(".txt") && !$0.hasPrefix(".") }
        #expect(entries.map(\.file.text) == images.map { "a.tar!" + $0 })
        for (entry, name) in zip(entries, images) {
            let content = Array(("in/" + name).utf8)
            #expect(entry.sha256 == SHA256Digest(of: content))
            #expect(try ManifestLine.parse(ManifestLine.encode(entry)) == entry)
            let dataset = RelativePath(text: folder.path + "/a.tar")
            #expect(try DatasetReader().readSynchronously(entry, in: dataset) == content)
        }
    }

    @Test("takes labels from the samples' own")
    func labels() throws {
        for (name, text) in [
            ("1.jpg", "x"), ("1.cls", "7\n"), ("2.cls", "tabby"), ("2.a.jpg", "x"),
            ("2.b.png", "y"), ("3.jpg", "x"), ("3.json", "{}"), ("d.x/3.cls", "no"),
        ] { try folder.write(Array(text.utf8), to: Array("in/\(name)".utf8)) }
        let names = [
            "1.jpg", "1.cls", "2.cls", "2.a.jpg", "2.b.png", "3.jpg", "3.json", "d.x/3.cls",
        ]
        let words = ["tar", "-C", folder.path + "/in", "-cf", folder.path + "/a.tar"] + names
        #expect(try Command.run(words).status == 0)
        #expect(try entries(of: "a.tar").map(\.label) == ["7", "tabby", "tabby", nil])
    }

    @Test("may stand in a list among others")
    func listed() throws {
        try pack(["1.jpg"])
        try folder.write("b.jpg")
        try folder.write(Array("b.jpg\na.tar\n".utf8), to: Array("l.txt".utf8))
        let list = try #require(ImageList(path: RelativePath(text: folder.path + "/l.txt")))
        var entries: [ImageEntry] = []
        _ = try list.entries { entries.append($0) }
        #expect(entries.map(\.file.text) == ["b.jpg", "a.tar!1.jpg"])
        for entry in entries {
            #expect(try !DatasetReader().readSynchronously(entry, in: list.dataset).isEmpty)
        }
    }

    @Test("is noticed when its members have changed")
    func changed() throws {
        try pack(["1.jpg"])
        let entry = try #require(try entries(of: "a.tar").first)
        let path = folder.path + "/a.tar"
        var bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
        bytes[512] ^= 1
        try Data(bytes).write(to: URL(filePath: path))
        let dataset = RelativePath(text: path)
        #expect(throws: ImageSourceError.changed) {
            try DatasetReader().readSynchronously(entry, in: dataset)
        }
        try Data(bytes[..<514]).write(to: URL(filePath: path))
        #expect(throws: ImageSourceError.changed) {
            try DatasetReader().readSynchronously(entry, in: dataset)
        }
    }

    @Test(
        "has no member whose size is no octal number",
        arguments: ["-0000000036", "-0000002000", "+0000000001", "0000000009x"])
    func wrongSize(_ size: String) throws {
        try pack(["1.jpg"])
        let path = folder.path + "/a.tar"
        var bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
        bytes.replaceSubrange(124..<136, with: Array((size + "\0").utf8.prefix(12)))
        bytes.replaceSubrange(148..<156, with: Array("        ".utf8))
        let sum = String(bytes[..<512].reduce(0) { $0 + Int($1) }, radix: 8)
        bytes.replaceSubrange(148..<156, with: Array((sum + "\0        ").utf8.prefix(8)))
        try Data(bytes).write(to: URL(filePath: path))
        #expect { try entries(of: "a.tar") } throws: { "\($0)".contains("has no size") }
    }

    @Test("is refused or read, and never read past its end, however it is damaged")
    func damaged() throws {
        try pack(["1.jpg", "2.jpg", Self.long], format: "pax")
        let path = folder.path + "/b.tar"
        let whole = try [UInt8](Data(contentsOf: URL(filePath: folder.path + "/a.tar")))
        var generator = SeededGenerator(seed: 7)
        var refused = 0
        for round in 0..<400 {
            var bytes = whole
            if round < 100 {
                bytes = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &generator)))
            } else {
                let place = Int.random(in: 0..<min(bytes.count, 5000), using: &generator)
                bytes[place] = UInt8.random(in: 0...255, using: &generator)
            }
            try Data(bytes).write(to: URL(filePath: path))
            do {
                for entry in try entries(of: "b.tar") {
                    #expect((entry.archive?.offset ?? 0) + entry.size <= bytes.count)
                }
            } catch is DatasetError {
                refused += 1
            }
        }
        #expect(refused > 50)
    }
}
