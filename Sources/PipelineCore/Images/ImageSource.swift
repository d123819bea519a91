/// Reads the images of a dataset.
///
/// A source never leaves the dataset, and never hands out a file that is not the one the manifest
/// describes.
package protocol ImageSource: Sendable {
    /// The bytes of `entry`'s image, which lies beneath `dataset`, an absolute path, unless the
    /// entry has an address.
    ///
    /// Their size and SHA-256 are those of the entry, as far as it knows them. Throws
    /// ``ImageSourceError``.
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
    /// Its server does not answer, or not with the image; how often it was asked, and what came.
    case unreachable(String)
    /// Its address is one that this host does not fetch from; the address.
    case notAllowed(String)
    /// The run cannot go on until a person has seen to something: what, and what to do.
    ///
    /// No image's own fault: a server does not accept our keys, or a whole bucket is gone.
    case held(String)
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
        case .unreachable(let words), .held(let words):
            words
        case .notAllowed(let address):
            "\(address) is an address of a private network; workers fetch from there only with "
                + "--allow-net"
        }
    }
}

extension ImageEntry {
    /// Whether `bytes` are those that the entry describes; never true of an entry without a digest.
    package func describes(_ bytes: [UInt8]) -> Bool {
        bytes.count == size && sha256 == SHA256Digest(of: bytes)
    }
}
