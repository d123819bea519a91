/// One line of a dataset's manifest: a file, and how to know that it has not changed.
package struct ImageEntry: Sendable, Hashable, Codable {
    /// Where the file lies beneath the dataset.
    package let file: RelativePath
    /// Its size in bytes.
    package let size: Int
    /// The SHA-256 of its bytes; nil when it could not be read at submission.
    package let sha256: SHA256Digest?
    /// Why it could not be read at submission; nil when it could.
    package let problem: String?

    /// Describes a file that was read, or with `problem` one that was not.
    package init(file: RelativePath, size: Int, sha256: SHA256Digest?, problem: String? = nil) {
        self.file = file
        self.size = size
        self.sha256 = sha256
        self.problem = problem
    }
}
