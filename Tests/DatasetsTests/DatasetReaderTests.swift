import Foundation
import PipelineCore
import Testing

@testable import Datasets

/// A reader hands out the image that was submitted, or says why it does not.
@Suite("A dataset's reader")
struct DatasetReaderTests {
    let folder = TemporaryFolder()
    let outside = TemporaryFolder()
    let reader = DatasetReader()

    private func entry(_ file: String, of content: String) -> ImageEntry {
        ImageEntry(
            file: RelativePath(bytes: Array(file.utf8)), size: content.utf8.count,
            sha256: SHA256Digest(of: Array(content.utf8)))
    }

    private func refusal(_ file: String, of content: String = "x") -> ImageSourceError? {
        do {
            _ = try reader.readSynchronously(entry(file, of: content), in: folder.dataset)
            return nil
        } catch {
            return error
        }
    }

    @Test("reads every file that was listed, byte for byte")
    func everything() async throws {
        for name in ["a.jpg", "b/c/d.png", "new\nline.webp", ".objects/e.jpg"] {
            try folder.write(name)
        }
        try folder.write([1, 2, 3], to: [0xFF, 0xFE] + Array(".jpg".utf8))
        try folder.write([], to: Array("empty.jpg".utf8))
        try folder.link("linked", to: "b")
        try folder.link("f.jpg", to: ".objects/e.jpg")
        var entries: [ImageEntry] = []
        _ = try ImageFolder(path: folder.dataset).entries { entries.append($0) }
        #expect(entries.count == 7)
        for entry in entries {
            let bytes = try await reader.read(entry, in: folder.dataset)
            #expect(entry.describes(bytes))
            #expect(try reader.readSynchronously(entry, in: folder.dataset) == bytes)
        }
    }

    @Test("tells when a file has gone, and when its dataset has")
    func missing() async throws {
        #expect(refusal("a.jpg") == .missing)
        #expect(refusal("a/b.jpg") == .missing)
        let nowhere = RelativePath(bytes: Array((folder.path + "/none").utf8))
        await #expect(throws: ImageSourceError.missing) {
            try await reader.read(entry("a.jpg", of: "x"), in: nowhere)
        }
    }

    @Test("tells when a file has changed, in length or in content")
    func changed() throws {
        try folder.write("a.jpg")
        #expect(refusal("a.jpg", of: "a.jp") == .changed)
        #expect(refusal("a.jpg", of: "a.jpgs") == .changed)
        #expect(refusal("a.jpg", of: "b.jpg") == .changed)
        #expect(refusal("a.jpg", of: "a.jpg") == nil)
    }

    @Test(
        "opens nothing outside the dataset",
        arguments: [
            "../secret", "a/../../secret", "/secret", "", "a//b", ".", "..", "a.jpg\0",
            "escape.jpg",
            "folder/secret",
        ])
    func escapes(_ path: String) throws {
        try outside.write("secret")
        let secret = outside.path + "/secret"
        try folder.link("escape.jpg", to: secret)
        try folder.link("folder", to: outside.path)
        guard case .unreadable? = refusal(path, of: "secret") else {
            Issue.record("'\(path)' was not refused as leading out")
            return
        }
    }

    @Test("does not wait for a pipe, and reads no folder", .timeLimit(.minutes(1)))
    func special() throws {
        #expect(mkfifo(folder.place(Array("a.jpg".utf8)), 0o644) == 0)
        try folder.write("b/c.jpg")
        try folder.link("c", to: "/dev/null")
        for name in ["a.jpg", "b", "c"] {
            guard case .unreadable? = refusal(name) else {
                Issue.record("'\(name)' was not refused as unreadable")
                continue
            }
        }
    }

    @Test("refuses a file that is too large before reading it")
    func large() throws {
        try folder.write("a.jpg")
        #expect(truncate(folder.place(Array("a.jpg".utf8)), 1 << 40) == 0)
        #expect(refusal("a.jpg") == .tooLarge)
    }

    @Test("repeats what was wrong with a file when it was listed")
    func problems() async throws {
        let entry = ImageEntry(
            file: RelativePath(text: "a.jpg"), size: 1, sha256: nil, problem: "Input/output error")
        await #expect(throws: ImageSourceError.unreadable("Input/output error")) {
            try await reader.read(entry, in: folder.dataset)
        }
    }
}
