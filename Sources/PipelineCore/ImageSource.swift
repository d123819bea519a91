/// Reads the images of a dataset.
///
/// A source never leaves the dataset's folder, and never hands out a file that is not the one the
/// manifest describes.
package protocol ImageSource: Sendable {
    /// The bytes of `entry`'s file beneath `dataset`, an absolute path.
    ///
    /// Their size and SHA-256 are those of the entry. Throws ``ImageSourceError``.
    func read(_ entry: ImageEntry, in dataset: RelativePath) async throws -> [UInt8]
}

/// Why an image could not be read.
package enum ImageSourceError: Error, Sendable, Equatable {
    /// There is no such file.
    case missing
    /// The file is not the one that was submitted: its size or SHA-256 differs.
    case changed
    /// The file could not be opened or read, in the file system's own words.
    case unreadable(String)
    /// The file is larger than an image may be.
    case tooLarge
}

extension ImageSourceError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing:
            "the file is not there any more"
        case .changed:
            "the file has changed since it was submitted; submit the dataset again"
        case .unreadable(let words):
            words
        case .tooLarge:
            "the file is larger than an image may be"
        }
    }
}

extension ImageEntry {
    /// Whether `bytes` are those that the entry describes; never true of an entry without a digest.
    package func describes(_ bytes: [UInt8]) -> Bool {
        bytes.count == size && sha256 == SHA256Digest(of: bytes)
    }
}
