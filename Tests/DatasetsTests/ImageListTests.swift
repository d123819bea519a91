import Foundation
import PipelineCore
import Testing

@testable import Datasets

@Suite("A list of images")
struct ImageListTests {
    let folder = TemporaryFolder()

    private func entries(of list: String, _ text: String) throws -> [ImageEntry] {
        try folder.write(Array(text.utf8), to: Array(list.utf8))
        let path = RelativePath(text: folder.path + "/" + list)
        var entries: [ImageEntry] = []
        _ = try #require(ImageList(path: path)).entries { entries.append($0) }
        return entries
    }

    @Test(
        "is read as its name says",
        arguments: [
            ("a.txt", "# mine\nhttps://e.org/a.jpg\r\n\nhttp://e.org/b%20c.jpg?x=1,2\n"),
            ("a.LIST", "https://e.org/a.jpg\n# end\nhttp://e.org/b%20c.jpg?x=1,2"),
            ("a.csv", "id,URL\n1,https://e.org/a.jpg\n2,\"http://e.org/b%20c.jpg?x=1,2\"\n"),
            ("b.csv", "\u{FEFF}url\nhttps://e.org/a.jpg\n\"http://e.org/b%20c.jpg?x=1,2\"\n"),
            (
                "a.jsonl",
                #"{"url":"https:\/\/e.org\/a.jpg","n":1}"# + "\n"
                    + #"{"url":"http://e.org/b%20c.jpg?x=1,2"}"#
            ),
        ])
    func formats(_ name: String, _ text: String) throws {
        #expect(
            try entries(of: name, text) == [
                ImageEntry(
                    file: RelativePath(text: "https://e.org/a.jpg"), size: 0, sha256: nil,
                    isRemote: true),
                ImageEntry(
                    file: RelativePath(text: "http://e.org/b%20c.jpg?x=1,2"), size: 0, sha256: nil,
                    isRemote: true),
            ])
    }

    @Test("names files beneath its own folder, which are hashed")
    func files() throws {
        try folder.write("in/a.jpg")
        try folder.link("out.jpg", to: "/etc/hostname")
        let found = try entries(of: "a.txt", "in/a.jpg\nin/none.jpg\nout.jpg\nin\n")

        let bytes = Array("in/a.jpg".utf8)
        #expect(
            found.first
                == ImageEntry(
                    file: RelativePath(text: "in/a.jpg"), size: bytes.count,
                    sha256: SHA256Digest(of: bytes)))
        #expect(found.map { $0.problem == nil } == [true, false, false, false])
        #expect(found.allSatisfy { !$0.isRemote })
        let image = try #require(found.first)
        let list = RelativePath(text: folder.path + "/a.txt")
        #expect(try DatasetReader().readSynchronously(image, in: list) == bytes)
    }

    @Test(
        "gives addresses that nothing is fetched from a row with a reason",
        arguments: [
            "ftp://e.org/a.jpg", "file:///etc/passwd", "s3://b/a.jpg", "gopher://e.org/",
            "http:///a.jpg", "http://e.org/a b.jpg", "https://e.org/\\..\\a",
        ])
    func unusable(_ url: String) throws {
        let found = try entries(of: "a.txt", url + "\n")
        #expect(found.map(\.file.text) == [url])
        #expect(found.allSatisfy { $0.problem?.contains("no address") == true && $0.isRemote })
        for entry in found {
            #expect(try ManifestLine.parse(ManifestLine.encode(entry)) == entry)
        }
    }

    @Test(
        "is refused with the number of the line that is wrong, and shows no secret",
        arguments: [
            ("a.txt", "https://e.org/a.jpg\nhttps://ada:hunter2@e.org/b.jpg", 2),
            ("a.txt", "../a.jpg", 1), ("a.txt", "/etc/passwd", 1), ("a.txt", "a//b.jpg", 1),
            ("a.csv", "name,size\na.jpg,1\n", 1), ("a.csv", "id,url\n7\n", 2),
            ("a.csv", "url\n\"https://e.org/a\n", 2), ("a.csv", "url\n\"a\"b\n", 2),
            ("a.csv", "url,id\n,7\n", 2), ("a.jsonl", "{}", 1), ("a.jsonl", "[1]", 1),
            ("a.jsonl", #"{"url":"https://e.org/a","file":"a"}"#, 1), ("a.jsonl", #"{"url":7}"#, 1),
            ("a.txt", String(repeating: "a", count: 9000), 1),
        ])
    func wrong(_ name: String, _ text: String, _ line: Int) throws {
        let error = #expect(throws: DatasetError.self) { try entries(of: name, text) }
        guard case .badList(_, line: line, _) = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test(
        "may say what its images show",
        arguments: [
            ("a.csv", "label,url\n\"tiger, cat\",https://e.org/a\n,https://e.org/b\n"),
            (
                "a.jsonl",
                #"{"url":"https://e.org/a","label":"tiger, cat"}"# + "\n"
                    + #"{"url":"https://e.org/b","label":""}"#
            ),
        ])
    func labels(_ name: String, _ text: String) throws {
        #expect(try entries(of: name, text).map(\.label) == ["tiger, cat", nil])
    }

    @Test("may not say two things of one image")
    func twoLabels() throws {
        let text = "url,label\nhttps://e.org/a,cat\nhttps://e.org/a,dog\n"
        try folder.write(Array(text.utf8), to: Array("l.csv".utf8))
        let list = try #require(ImageList(path: RelativePath(text: folder.path + "/l.csv")))
        #expect(throws: DatasetError.twoLabels(RelativePath(text: "https://e.org/a"))) {
            try list.writeManifest(to: folder.path + "/manifest.jsonl")
        }
    }

    @Test("becomes a manifest in order of names, each image once")
    func manifest() throws {
        let text = "https://e.org/b\nhttps://e.org/a\na.jpg\nhttps://e.org/b\n"
        try folder.write("a.jpg")
        try folder.write(Array(text.utf8), to: Array("l.txt".utf8))
        let list = try #require(ImageList(path: RelativePath(text: folder.path + "/l.txt")))
        let path = folder.path + "/manifest.jsonl"
        let (manifest, found) = try list.writeManifest(to: path)
        let lines = try [UInt8](Data(contentsOf: URL(filePath: path)))
            .split(separator: UInt8(ascii: "\n")).map { try ManifestLine.parse($0) }

        #expect(lines.map(\.file.text) == ["a.jpg", "https://e.org/a", "https://e.org/b"])
        #expect(manifest.count == 3)
        #expect(found.images == 3)
        #expect(found.repeated == 1)
    }

    @Test("is sorted the same when it does not fit into memory", arguments: [1, 500, 1 << 20])
    func sorting(_ capacity: Int) throws {
        let sorter = EntrySorter(beside: folder.path + "/m", capacity: capacity)
        for i in 0..<300 {
            let name = RelativePath(text: "https://e.org/\(i * 7 % 200)")
            try sorter.append(ImageEntry(file: name, size: 0, sha256: nil, isRemote: true))
        }
        var names: [String] = []
        let repeated = try sorter.visit { names.append($0.file.text) }

        #expect(repeated == 100)
        #expect(names == (0..<200).map { "https://e.org/\($0)" }.sorted())
    }

    @Test(
        "has its fields as RFC 4180 says",
        arguments: [
            ("a,b", ["a", "b"]), ("", [""]), (",", ["", ""]), ("\"a,b\",c", ["a,b", "c"]),
            ("\"say \"\"hi\"\"\"", ["say \"hi\""]), ("\"\"", [""]), ("a,\"\",c", ["a", "", "c"]),
        ])
    func fields(_ line: String, _ fields: [String]) throws {
        #expect(try CSVRow(Array(line.utf8)).fields == fields.map { Array($0.utf8) })
    }
}
