import Foundation
import TestSupport
import Testing

/// Something a person may type that cannot work, and what the program owes them for it.
struct WrongUse: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let status: Int32
    /// What standard error has to say, among other things.
    let says: [String]

    init(_ arguments: String, ends status: Int32, saying says: String...) {
        self.arguments = arguments.split(separator: " ").map(String.init)
        self.status = status
        self.says = says
    }

    var testDescription: String { arguments.joined(separator: " ") }
}

@Suite("Wrong use of the command line")
struct WrongUseTests {
    static let cases = [
        WrongUse("lable photos", ends: 64, saying: "unexpected arguments: 'lable'", "Usage:"),
        WrongUse("label", ends: 64, saying: "Missing expected argument '<dataset>'", "--help"),
        WrongUse("label empty --streams 0", ends: 64, saying: "--streams is a number from 1"),
        WrongUse("label empty --batch many", ends: 64, saying: "'many' is invalid"),
        WrongUse("label empty --precision f17", ends: 64, saying: "'f17' is invalid", "f32"),
        WrongUse("label empty --decode nearly", ends: 64, saying: "exact", "fast"),
        WrongUse("label nowhere", ends: 66, saying: "error: there is no folder 'nowhere'"),
        WrongUse(
            "label bad.yaml", ends: 66, saying: "error: 'bad.yaml' is neither a folder nor a list"),
        WrongUse("label list.csv", ends: 65, saying: "error: line 1 of '", "list.csv' should name"),
        WrongUse("label empty", ends: 66, saying: "/empty' holds no images", "hint: images are"),
        WrongUse("label texts", ends: 66, saying: "holds no images, only 1 other file"),
        WrongUse(
            "label empty --pipeline imagenet-light", ends: 66,
            saying: "error: ", "imagenet-light", "imagenet-lite"),
        WrongUse("label empty --pipeline bad.yaml", ends: 65, saying: "bad.yaml:2", "membrs"),
        WrongUse(
            "label empty --pipeline unknown.yaml", ends: 65, saying: "unknown.yaml:",
            "efficientnet_lite9", "efficientnet_lite0"),
        WrongUse("label photos --output note.txt", ends: 74, saying: "'note.txt'"),
        WrongUse("coordinator", ends: 64, saying: "--data <dir>"),
        WrongUse("coordinator --data d --port 70000", ends: 64, saying: "70000 is not a port"),
        WrongUse(
            "coordinator --data d --host 0.0.0.0 --insecure-no-auth", ends: 64,
            saying: "without tokens everybody", "listen at 127.0.0.1"),
        WrongUse("coordinator --data note.txt", ends: 74, saying: "'note.txt'"),
        WrongUse(
            "coordinator --data d --lease-seconds 1", ends: 64,
            saying: "--lease-seconds is a number"),
        WrongUse(
            "worker --coordinator ftp://x", ends: 64,
            saying: "error: 'ftp://x' is not a coordinator's URL", "http://10.0.0.5:8080"),
        WrongUse(
            "status --coordinator http://127.0.0.1:9", ends: 69,
            saying: "cannot reach the coordinator", "pipeline coordinator", "hint: --coordinator"),
        WrongUse("status --token-file nowhere", ends: 77, saying: "'nowhere' cannot be read"),
        WrongUse("status --token-file texts/a.txt", ends: 77, saying: "does not hold a token"),
        WrongUse("status NOT-A-RUN", ends: 64, saying: "'NOT-A-RUN' is invalid", "<run>"),
        WrongUse("export", ends: 64, saying: "Missing expected argument '<run>'"),
        WrongUse("export r1 --format xml", ends: 64, saying: "'xml' is invalid", "jsonl", "csv"),
        WrongUse("submit empty --priority 101", ends: 64, saying: "--priority is a number from"),
        WrongUse("retry r1", ends: 64, saying: "--failed"),
        WrongUse("pause", ends: 64, saying: "Missing expected argument '<run>'"),
        WrongUse("quarantine release r1", ends: 64, saying: "or a host by --worker"),
        WrongUse("quarantine release r1 7 --worker w", ends: 64, saying: "or a host by --worker"),
        WrongUse("submit empty --audit 101%", ends: 64, saying: "'101%' is invalid"),
        WrongUse("quarantine retry r1 -- -1", ends: 64, saying: "A row is a number from 0."),
        WrongUse("submit nowhere", ends: 66, saying: "there is no folder 'nowhere'"),
        WrongUse("submit empty", ends: 66, saying: "holds no images"),
        WrongUse("models show lenet", ends: 66, saying: "there is no model 'lenet'", "models list"),
        WrongUse("models pull lenet", ends: 66, saying: "there is no model 'lenet'"),
        WrongUse(
            "models pull --from nowhere", ends: 66, saying: "error: ", "nowhere"),
        WrongUse("models pull --from note.txt", ends: 65, saying: "note.txt"),
        WrongUse("models pull", ends: 64, saying: "Name a network, or a file with --from."),
    ]

    @Test("ends with the documented code, a reason and a hint", arguments: cases)
    func refusal(_ use: WrongUse) async throws {
        let folder = TemporaryFolder()
        for name in ["empty", "texts", "photos"] {
            try FileManager.default.createDirectory(
                atPath: folder.file(name), withIntermediateDirectories: true)
        }
        try folder.write("not an image\n", to: "texts/a.txt")
        try folder.write("not a photo\n", to: "photos/a.jpg")
        try folder.write("a note\n", to: "note.txt")
        try folder.write("name,size\na.jpg,1\n", to: "list.csv")
        try folder.write("name: bad\nmembrs: []\n", to: "bad.yaml")
        try folder.write(
            "name: unknown\nmembers:\n  - model: efficientnet_lite9\n", to: "unknown.yaml")
        // An empty cache, so that nothing here may depend on weights that happen to be there.
        let program = try await Program.start(
            use.arguments, in: folder.path,
            environment: ["PIPELINE_CACHE": folder.file("cache")])
        let outcome = try await program.end()

        #expect(outcome.status == use.status, "\(outcome.err)")
        for words in use.says {
            #expect(outcome.err.contains(words), "it said: \(outcome.err)")
        }
        #expect(outcome.out.isEmpty)
    }
}
