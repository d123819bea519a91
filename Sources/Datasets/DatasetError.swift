package import PipelineCore

/// Why a dataset could not be listed or its manifest not be written.
package enum DatasetError: Error, Sendable, Equatable {
    /// There is nothing at that path.
    case missing(RelativePath)
    /// What lies at that path is neither a folder nor a list of images.
    case notAFolder(RelativePath)
    /// The folder is there but cannot be opened; in the file system's own words.
    case unreadable(RelativePath, String)
    /// The manifest cannot be written; in the file system's own words.
    case unwritable(String, String)
    /// The disk that the manifest is written to is full.
    case noSpace(String)
    /// A list of images says something that it cannot say in that line.
    case badList(RelativePath, line: Int, String)
    /// An archive is damaged, or of a kind that is not read; what is wrong with it.
    case badArchive(RelativePath, String)
    /// What lies at that address cannot be listed; why, and what to do.
    case notListed(String, String)
    /// One image was named twice, and with different labels.
    case twoLabels(RelativePath)
}

extension DatasetError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let path):
            "there is no folder '\(path)'; check the spelling, or whether its disk is mounted"
        case .notAFolder(let path):
            "'\(path)' is neither a folder nor a list; name the folder that holds the images, a .tar "
                + "archive of them, or a .txt, .csv or .jsonl file that lists them"
        case .unreadable(let path, let words):
            "the folder '\(path)' cannot be read: \(words); check its permissions"
        case .unwritable(let path, let words):
            "the manifest '\(path)' cannot be written: \(words)"
        case .badList(let path, let line, let words):
            "line \(line) of '\(path)' \(words)"
        case .badArchive(let path, let words):
            "the archive '\(path)' cannot be used: \(words)"
        case .notListed(let address, let words):
            "'\(address)' cannot be listed: \(words)"
        case .twoLabels(let file):
            "'\(file)' is named twice, with different labels; leave one of them out"
        case .noSpace(let path):
            "the disk of '\(path)' is full; free some space and try again"
        }
    }
}
