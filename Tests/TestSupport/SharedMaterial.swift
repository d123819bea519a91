package import Foundation

/// Reference photographs and golden numbers that a development checkout may have beside it.
///
/// The project never depends on them: a suite that uses them is enabled only where they are, and
/// says so where they are not.
package enum SharedMaterial {
    /// The folder beside the checkout, or the one `PIPELINE_SHARED` names; nil where neither exists.
    package static let root: URL? = {
        let checkout = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["PIPELINE_SHARED"].map { URL(filePath: $0) }
        let folder = named ?? checkout.deletingLastPathComponent().appending(path: "shared")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    /// The file or folder at `path` beneath the root, if it is there.
    package static func file(_ path: String) -> URL? {
        guard let url = root?.appending(path: path) else { return nil }
        return FileManager.default.fileExists(atPath: url.path) ? url : nil
    }

    /// Whether `path` is there, for `.enabled(if:)`; prints why a suite is skipped when it is not.
    package static func has(_ path: String) -> Bool {
        if file(path) != nil { return true }
        print("skipped: reference material '\(path)' is not beside this checkout")
        return false
    }
}
