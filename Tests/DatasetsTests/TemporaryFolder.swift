import Foundation
import PipelineCore
import TestSupport

/// A folder for one test, removed with everything in it when the test lets go.
///
/// Names are bytes, because what the tests want to put there is not always text.
final class TemporaryFolder {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "/pipeline-datasets-" + UUID().uuidString
        mkdir(path, 0o755)
    }

    // Foundation would not remove files whose names are not text.
    deinit { _ = try? Command.run("rm", "-rf", path) }

    /// The folder as a dataset.
    var dataset: RelativePath { RelativePath(bytes: Array(path.utf8)) }

    /// Where `name` lies or will lie, as a C string.
    func place(_ name: [UInt8]) -> [CChar] {
        (Array(path.utf8) + [UInt8(ascii: "/")] + name + [0]).map { CChar(bitPattern: $0) }
    }

    /// Writes a file, and the folders above it.
    func write(_ content: [UInt8], to name: [UInt8]) throws {
        for (index, byte) in name.enumerated() where byte == UInt8(ascii: "/") {
            mkdir(place(Array(name[..<index])), 0o755)
        }
        let file = open(place(name), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard file >= 0, Foundation.write(file, content, content.count) == content.count else {
            throw POSIXError(.EIO)
        }
        close(file)
    }

    /// Writes a small file whose content is its name.
    func write(_ name: String) throws {
        try write(Array(name.utf8), to: Array(name.utf8))
    }

    /// Makes a link called `name` to `target`.
    func link(_ name: String, to target: String) throws {
        guard symlink(target, place(Array(name.utf8))) == 0 else { throw POSIXError(.EIO) }
    }
}
