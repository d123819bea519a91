package import PipelineCore

/// Why a dataset could not be listed or its manifest not be written.
package enum DatasetError: Error, Sendable, Equatable {
    /// There is nothing at that path.
    case missing(RelativePath)
    /// What lies at that path is not a folder.
    case notAFolder(RelativePath)
    /// The folder is there but cannot be opened; in the file system's own words.
    case unreadable(RelativePath, String)
    /// The manifest cannot be written; in the file system's own words.
    case unwritable(String, String)
    /// The disk that the manifest is written to is full.
    case noSpace(String)
}

extension DatasetError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let path):
            "there is no folder '\(path)'; check the spelling, or whether its disk is mounted"
        case .notAFolder(let path):
            "'\(path)' is not a folder; name the folder that holds the images"
        case .unreadable(let path, let words):
            "the folder '\(path)' cannot be read: \(words); check its permissions"
        case .unwritable(let path, let words):
            "the manifest '\(path)' cannot be written: \(words)"
        case .noSpace(let path):
            "the disk of '\(path)' is full; free some space and try again"
        }
    }
}
