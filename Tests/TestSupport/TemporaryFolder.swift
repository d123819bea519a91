import Foundation

/// An empty folder for one test, removed with everything in it when the test lets go of it.
///
/// If it cannot be made, the first use of its path tells.
package final class TemporaryFolder: Sendable {
    /// Where it lies, without a `/` at the end.
    package let path: String

    /// Makes a folder of a new name among the system's temporary files.
    package init() {
        let name = "pipeline-test-" + UUID().uuidString
        path = FileManager.default.temporaryDirectory.appending(path: name).path
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of `name` in the folder.
    package func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file called `name`.
    package func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: file(name)))
    }
}
