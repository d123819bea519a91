/// What a manifest's line was found to hold, before it is known to fit together.
struct ManifestLineParts {
    var file: RelativePath?
    var url: RelativePath?
    var size: Int?
    var sha256: SHA256Digest?
    var problem: String?
    var etag: String?
    var archive: RelativePath?
    var offset: Int?
    var label: String?

    /// The image that the line describes.
    func entry() throws(ManifestLineError) -> ImageEntry {
        guard let name = file ?? url else { throw .missingKey("file") }
        guard file == nil || url == nil else { throw .misfit("a line has either 'file' or 'url'") }
        guard let size else { throw .missingKey("size") }
        guard sha256 == nil || problem == nil, url != nil || (sha256 == nil) != (problem == nil)
        else { throw .undecided }
        guard url != nil || etag == nil else { throw .misfit("only a 'url' has an 'etag'") }
        return ImageEntry(
            file: name, size: size, sha256: sha256, problem: problem, isRemote: url != nil,
            etag: etag, archive: try place(of: name), label: label)
    }

    /// Where in which archive the image lies; checks on the way that it can be opened or fetched.
    private func place(of name: RelativePath) throws(ManifestLineError) -> ArchivePlace? {
        guard let archive else {
            guard offset == nil else { throw .missingKey("archive") }
            try check(name)
            return nil
        }
        guard let offset else { throw .missingKey("offset") }
        guard sha256 != nil || problem != nil else { throw .undecided }
        try check(archive)
        guard name.bytes.starts(with: archive.bytes + [UInt8(ascii: "!")]) else {
            throw .misfit("a member's name begins with that of its 'archive' and '!'")
        }
        guard !name.bytes.contains(0) else { throw .path(String(name.text.prefix(200))) }
        return ArchivePlace(path: archive, offset: offset)
    }

    private func check(_ path: RelativePath) throws(ManifestLineError) {
        let text = String(path.text.prefix(200))
        if url == nil {
            guard path.staysBeneath else { throw .path(text) }
        } else {
            // What is not going to be fetched may have any name that it was listed under.
            guard path.isFetchable || problem != nil else { throw .address(text) }
        }
    }
}
