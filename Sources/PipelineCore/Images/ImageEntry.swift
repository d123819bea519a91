/// One line of a dataset's manifest: an image, where it is, and how to know that it has not changed.
package struct ImageEntry: Sendable, Hashable {
    /// What manifests call it: its path beneath the dataset, or its address.
    ///
    /// Of a picture in an archive it is the archive's name, `!` and the member's.
    package let file: RelativePath
    /// Its size in bytes; 0 where nobody knows it before the image is fetched.
    package let size: Int
    /// The SHA-256 of its bytes; nil when it could not be read at submission, or was not.
    package let sha256: SHA256Digest?
    /// Why it could not be read at submission; nil when it could.
    package let problem: String?
    /// Whether ``file`` is an address, such as `https://…` or `s3://bucket/key`, and no path beneath
    /// the dataset.
    package let isRemote: Bool
    /// What its store called this state of the object at submission, without quotes.
    package let etag: String?
    /// The archive it is part of; nil for a file of its own.
    package let archive: ArchivePlace?
    /// What the dataset says it shows; nil where it says nothing.
    package let label: String?

    /// Describes a file that was read, or with `problem` one that was not.
    package init(
        file: RelativePath, size: Int, sha256: SHA256Digest?, problem: String? = nil,
        isRemote: Bool = false, etag: String? = nil, archive: ArchivePlace? = nil,
        label: String? = nil
    ) {
        self.file = file
        self.size = size
        self.sha256 = sha256
        self.problem = problem
        self.isRemote = isRemote
        self.etag = etag
        self.archive = archive
        self.label = label
    }

    /// What lies where ``file`` says, whole: the image itself, or the archive it is part of.
    package var container: RelativePath { archive?.path ?? file }
}

/// Where in an archive a member's bytes lie.
package struct ArchivePlace: Sendable, Hashable {
    /// The archive: a path beneath the dataset, or an address.
    package let path: RelativePath
    /// Where the member's first byte is in it.
    package let offset: Int

    /// Names every field.
    package init(path: RelativePath, offset: Int) {
        self.path = path
        self.offset = offset
    }

    /// What manifests call the member of that name.
    package func name(of member: [UInt8]) -> RelativePath {
        RelativePath(bytes: path.bytes + [UInt8(ascii: "!")] + member)
    }
}

extension ImageEntry {
    /// The same image, said to show `label`.
    package func labelled(_ label: String) -> ImageEntry {
        ImageEntry(
            file: file, size: size, sha256: sha256, problem: problem, isRemote: isRemote,
            etag: etag, archive: archive, label: label)
    }
}
