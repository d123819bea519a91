extension ImageEntry: Codable {
    /// The keys of a manifest's line.
    private enum CodingKeys: String, CodingKey {
        case file, url, size, sha256, problem, etag, archive, offset, label
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let isRemote = values.contains(.url)
        var archive: ArchivePlace?
        if let path = try values.decodeIfPresent(RelativePath.self, forKey: .archive) {
            archive = ArchivePlace(path: path, offset: try values.decode(Int.self, forKey: .offset))
        }
        self.init(
            file: try values.decode(RelativePath.self, forKey: isRemote ? .url : .file),
            size: try values.decode(Int.self, forKey: .size),
            sha256: try values.decodeIfPresent(SHA256Digest.self, forKey: .sha256),
            problem: try values.decodeIfPresent(String.self, forKey: .problem),
            isRemote: isRemote,
            etag: try values.decodeIfPresent(String.self, forKey: .etag),
            archive: archive,
            label: try values.decodeIfPresent(String.self, forKey: .label))
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(file, forKey: isRemote ? .url : .file)
        try values.encode(size, forKey: .size)
        try values.encodeIfPresent(sha256, forKey: .sha256)
        try values.encodeIfPresent(problem, forKey: .problem)
        try values.encodeIfPresent(etag, forKey: .etag)
        try values.encodeIfPresent(archive?.path, forKey: .archive)
        try values.encodeIfPresent(archive?.offset, forKey: .offset)
        try values.encodeIfPresent(label, forKey: .label)
    }
}
