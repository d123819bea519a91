import Foundation
import PipelineCore
import Testing

@testable import Datasets

/// Links are followed as far as the dataset's folder reaches, and always come to an end.
@Suite("A link in a dataset", .timeLimit(.minutes(1)))
struct LinkTests {
    let folder = TemporaryFolder()
    let outside = TemporaryFolder()

    /// Paths of images, and after a `!` of entries with a problem.
    private func list() throws -> [String] {
        var files: [String] = []
        _ = try ImageFolder(path: folder.dataset).entries { entry in
            files.append((entry.problem == nil ? "" : "!") + entry.file.text)
        }
        return files
    }

    private func problem(of file: String) throws -> String? {
        var problem: String?
        _ = try ImageFolder(path: folder.dataset).entries { entry in
            if entry.file.text == file { problem = entry.problem }
        }
        return problem
    }

    @Test("to an image beneath the folder is that image under another name")
    func inside() throws {
        try folder.write("real/a.jpg")
        try folder.link("b.jpg", to: "real/a.jpg")
        try folder.link("real/c.jpg", to: folder.path + "/real/a.jpg")
        #expect(try list() == ["b.jpg", "real/a.jpg", "real/c.jpg"])
    }

    @Test("to hidden storage beneath the folder is followed")
    func hiddenStorage() throws {
        try folder.write(".objects/0f3a.jpg")
        try folder.link("a.jpg", to: ".objects/0f3a.jpg")
        #expect(try list() == ["a.jpg"])
    }

    @Test("is judged by its own name where it has an extension")
    func names() throws {
        try folder.write([0xFF, 0xD8, 0xFF, 0xE0], to: Array("real".utf8))
        try folder.link("a.txt", to: "real")
        try folder.link("b", to: "real")
        #expect(try list() == ["b", "real"])
    }

    @Test("to a folder beneath the folder sorts as a folder does")
    func folders() throws {
        try folder.write("z/a.jpg")
        try folder.link("m", to: "z")
        try folder.write("m.jpg")
        try folder.write("m0.jpg")
        #expect(try list() == ["m.jpg", "m/a.jpg", "m0.jpg", "z/a.jpg"])
    }

    @Test("out of the folder is a row with a problem, and is not read")
    func escapes() throws {
        try outside.write("secret.jpg")
        try folder.link("a.jpg", to: outside.path + "/secret.jpg")
        try folder.link("b", to: outside.path)
        try folder.link("c.d", to: outside.path)
        try folder.link("e.txt", to: "/etc/passwd")
        try folder.link(
            "f.jpg", to: "../\(URL(filePath: outside.path).lastPathComponent)/secret.jpg")
        #expect(try list() == ["!a.jpg", "!b", "!c.d", "!f.jpg"])
        #expect(try problem(of: "a.jpg") == "it is a link that leads out of the dataset's folder")
    }

    @Test("to a folder that only begins like the dataset's leads out of it")
    func siblings() throws {
        let sibling = folder.path + "-more"
        mkdir(sibling, 0o755)
        defer { rmdir(sibling) }
        try folder.link("a", to: sibling)
        #expect(try problem(of: "a") == "it is a link that leads out of the dataset's folder")
    }

    @Test("that leads nowhere or to itself is a row with a problem")
    func dangling() throws {
        try folder.link("a.jpg", to: "nothing.jpg")
        try folder.link("b.jpg", to: "b.jpg")
        try folder.link("c.txt", to: "nothing.txt")
        #expect(try list() == ["!a.jpg", "!b.jpg"])
        #expect(try problem(of: "a.jpg") == "it is a link that leads nowhere")
        #expect(try problem(of: "b.jpg") == "it is a link that leads to itself")
    }

    @Test("to a folder above it does not make the walk endless")
    func cycles() throws {
        try folder.write("a/b/x.jpg")
        try folder.link("a/b/up", to: "..")
        try folder.link("a/b/root", to: folder.path)
        #expect(try list() == ["!a/b/root", "!a/b/up", "a/b/x.jpg"])
    }

    @Test("to another folder that links back comes to an end")
    func ladders() throws {
        for level in 0..<24 {
            try folder.write("\(level)/x.jpg")
            for twin in ["p", "q"] {
                try folder.link("\(level)/\(twin)", to: "../\((level + 1) % 24)")
            }
        }
        let files = try list()
        #expect(files.count { $0.hasSuffix("x.jpg") } == 24 * 3)
        #expect(files.count { $0.hasPrefix("!") } == 24 * 4)
    }
}
