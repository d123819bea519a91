import Foundation
import PipelineCore
import Testing

@testable import Datasets

/// What is listed of a folder, and in which order.
@Suite("A folder of images")
struct ImageFolderTests {
    let folder = TemporaryFolder()

    private func list() throws -> (entries: [ImageEntry], summary: FolderSummary) {
        var entries: [ImageEntry] = []
        let summary = try ImageFolder(path: folder.dataset).entries { entries.append($0) }
        return (entries, summary)
    }

    @Test("is listed in byte order of its paths, whatever their bytes")
    func order() throws {
        let names: [[UInt8]] =
            [
                "B.jpg", "a.jpg", "a/b.jpg", "a-b.jpg", "a0.jpg", "a/c/d.jpg", "a/c.jpg",
                "a.d/e.jpg",
                "new\nline.jpg", "\"quoted\",comma.png", "ünïcödé.webp", "a\\x41.jpg",
                String(repeating: "l", count: 251) + ".jpg",
            ].map { Array($0.utf8) } + [Array("inv".utf8) + [0xFF, 0xFE] + Array(".jpg".utf8)]
        for name in names { try folder.write(name, to: name) }

        let (entries, summary) = try list()
        #expect(
            entries.map(\.file.bytes) == names.sorted { $0.lexicographicallyPrecedes($1) })
        #expect(entries.allSatisfy { $0.describes($0.file.bytes) && $0.problem == nil })
        #expect(summary.images == names.count)
        #expect(summary.bytes == names.reduce(0) { $0 + $1.count })
        #expect(summary.skipped == 0)
    }

    @Test("keeps the order with many names in one folder")
    func many() throws {
        for i in 0..<3000 { try folder.write("\(i &* 7919 % 3000)\(i % 3 == 0 ? "/x" : "").jpg") }
        let files = try list().entries.map(\.file)
        #expect(files.count == 3000)
        #expect(files == files.sorted())
    }

    @Test(
        "takes what is an image by its name",
        arguments: [
            "a.jpg", "a.JPEG", "a.Jfif", "a.png", "a.webp", "a.gif", "a.bmp", "a.tif", "a.heic",
            "a.avif", "a.jp2", "a.ppm", "two.dots.jpg",
        ])
    func names(_ name: String) throws {
        try folder.write(name)
        #expect(try list().entries.map(\.file.text) == [name])
    }

    @Test(
        "passes over what is not, and counts it",
        arguments: ["a.txt", "a.jpg.part", "labels.csv", "README", "ends-in-dot."])
    func others(_ name: String) throws {
        try folder.write(name)
        let (entries, summary) = try list()
        #expect(entries.isEmpty)
        #expect(summary.skipped == 1)
    }

    @Test(
        "looks into files without an extension",
        arguments: [
            ([0xFF, 0xD8, 0xFF, 0xE0], true),
            ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], true),
            (Array("RIFF\0\0\0\0WEBP".utf8), true),
            (Array("RIFF\0\0\0\0WAVE".utf8), false),
            (Array("\0\0\0\u{18}ftypheic".utf8), true),
            (Array("\0\0\0\u{18}ftypmp42".utf8), false),
            ([0xFF, 0xD8], false),
            ([], false),
        ])
    func magic(_ bytes: [UInt8], isImage: Bool) throws {
        try folder.write(bytes, to: Array("0f3a".utf8))
        #expect(try list().entries.count == (isImage ? 1 : 0))
    }

    @Test("passes over hidden files and folders without counting them")
    func hidden() throws {
        try folder.write(".a.jpg")
        try folder.write(".thumbnails/b.jpg")
        let (entries, summary) = try list()
        #expect(entries.isEmpty)
        #expect(summary == FolderSummary())
    }

    @Test("lists an empty file: its row will say why it has no label")
    func empty() throws {
        try folder.write([], to: Array("a.jpg".utf8))
        let entry = try #require(list().entries.first)
        #expect(entry.size == 0)
        #expect(entry.sha256 == SHA256Digest(of: []))
    }

    @Test("does not open pipes, whatever they are called", .timeLimit(.minutes(1)))
    func pipes() throws {
        #expect(mkfifo(folder.place(Array("a.jpg".utf8)), 0o644) == 0)
        try folder.link("b.jpg", to: "a.jpg")
        let (entries, summary) = try list()
        #expect(entries.isEmpty)
        #expect(summary.skipped == 2)
    }

    @Test("reports a file that is too large without reading it", .timeLimit(.minutes(1)))
    func large() throws {
        try folder.write("a.jpg")
        #expect(truncate(folder.place(Array("a.jpg".utf8)), 1 << 40) == 0)
        let (entries, summary) = try list()
        #expect(entries.first?.problem?.contains("256 MiB") == true)
        #expect(entries.first?.sha256 == nil)
        #expect(summary.unreadable == 1)
        #expect(summary.images == 1)
    }

    @Test("reports a file that may not be read", .enabled(if: geteuid() != 0))
    func forbidden() throws {
        try folder.write("a.jpg")
        chmod(folder.place(Array("a.jpg".utf8)), 0)
        #expect(try list().entries.first?.problem == "Permission denied")
    }

    @Test("reports folders that lie too deep, and lists the rest")
    func deep() throws {
        let deep = Array(repeating: "d", count: 200).joined(separator: "/")
        try folder.write(deep + "/x.jpg")
        try folder.write("z.jpg")
        let entries = try list().entries
        #expect(entries.map { $0.problem == nil } == [false, true])
        #expect(entries.first?.file.bytes.count == 2 * 129 - 1)
    }

    @Test("ends when its visitor throws")
    func stopping() throws {
        struct Enough: Error {}
        for name in ["a.jpg", "b.jpg", "c/d.jpg"] { try folder.write(name) }
        var count = 0
        #expect(throws: Enough.self) {
            _ = try ImageFolder(path: folder.dataset).entries { _ in
                count += 1
                if count == 2 { throw Enough() }
            }
        }
        #expect(count == 2)
    }

    @Test("is refused where there is none")
    func refusals() throws {
        try folder.write("a.jpg")
        let missing = RelativePath(bytes: Array((folder.path + "/nothing").utf8))
        let file = RelativePath(bytes: Array((folder.path + "/a.jpg").utf8))
        #expect(throws: DatasetError.missing(missing)) { try ImageFolder(path: missing) }
        #expect(throws: DatasetError.notAFolder(file)) { try ImageFolder(path: file) }
        #expect(throws: DatasetError.missing(RelativePath(bytes: []))) {
            try ImageFolder(path: RelativePath(bytes: []))
        }
    }

    @Test("knows its absolute path")
    func absolute() throws {
        let spelled = RelativePath(bytes: Array("/.\(folder.path)//./".utf8))
        let plain = folder.path.replacing("//", with: "/")
        #expect(try ImageFolder(path: spelled).path.text == plain)
        let here = try ImageFolder(path: RelativePath(text: ".")).path.text
        #expect(here == FileManager.default.currentDirectoryPath)
    }
}
