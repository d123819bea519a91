import Glibc
package import PipelineCore
import Transport

/// A list of images, by their addresses or by their paths beneath the folder that the list is in; a
/// path that ends in `.tar` stands for all images of that archive.
///
/// The list's ending tells how it is written: `.txt` or `.list`, `.csv`, `.jsonl` or `.ndjson`. What
/// has an address is not fetched when it is listed, so that a list of millions is listed in seconds,
/// archives aside; files are hashed as those of an ``ImageFolder`` are.
package struct ImageList: DatasetSource {
    /// The list's absolute path.
    package let dataset: RelativePath
    package let isOrdered = false
    private let format: ListFormat
    private let web: WebImages
    /// The longest line, in bytes: an image's name must fit a manifest's line whatever it holds.
    private static let longestLine = 8192

    /// Takes the list at `path`, whose archives with an address are listed by way of `web`; nil where
    /// its name does not end as a list's does.
    package init?(path: RelativePath, web: WebImages = WebImages(network: NetworkGuard())) {
        guard let format = ListFormat(name: path) else { return nil }
        self.format = format
        self.web = web
        dataset = ImageFolder.absolute(path)
    }

    /// Visits the images in the list's order, those that are named twice as often as that.
    package func entries(_ body: (ImageEntry) throws -> Void) throws -> FolderSummary {
        let lines: LineReader
        let walk: FolderWalk
        do throws(SystemError) {
            lines = try LineReader(path: dataset.bytes, limit: Self.longestLine)
            walk = FolderWalk(root: try FolderRoot.ofDataset(dataset.bytes))
        } catch {
            throw error.code == ENOENT
                ? DatasetError.missing(dataset)
                : DatasetError.unreadable(dataset, error.description)
        }
        var parser = ListLineParser(format)
        while true {
            do {
                guard let line = try lines.next() else { break }
                guard let said = try parser.parse(line) else { continue }
                func visit(_ entry: ImageEntry) throws {
                    try body(said.label.map(entry.labelled) ?? entry)
                }
                if said.name.looksLikeAddress {
                    try address(said.name, walk, visit)
                } else {
                    guard said.name.staysBeneath else {
                        throw ListLineParser.Trouble(
                            words: "names no plain path of a file beneath the list's folder")
                    }
                    if TarShard.isArchive(said.name.bytes) {
                        try walk.visitArchive(said.name.bytes, visit)
                    } else {
                        try walk.visitListed(said.name.bytes, visit)
                    }
                }
            } catch let trouble as ListLineParser.Trouble {
                throw DatasetError.badList(dataset, line: lines.number, trouble.words)
            } catch LineReader.Trouble.tooLong {
                throw DatasetError.badList(
                    dataset, line: lines.number, "is longer than \(Self.longestLine) bytes")
            } catch LineReader.Trouble.system(let error) {
                throw DatasetError.unreadable(dataset, error.description)
            }
        }
        return walk.summary
    }

    private func address(
        _ name: RelativePath, _ walk: FolderWalk, _ body: (ImageEntry) throws -> Void
    ) throws {
        // Its password would be in every manifest: not even a row may tell of it.
        guard !name.hasUser else {
            throw ListLineParser.Trouble(
                words: "has an address with a user's name in it, which manifests would show")
        }
        guard name.isFetchable, name.bucketAndKey == nil else {
            return try walk.summary.report(
                "it is no address that images are fetched from: http or https", at: name, body)
        }
        if name.isArchiveAddress {
            return try walk.summary.visitArchive(
                name,
                by: { [web] range throws(ImageSourceError) in
                    try await web.part(range, of: name)
                }, body)
        }
        walk.summary.images += 1
        try body(ImageEntry(file: name, size: 0, sha256: nil, isRemote: true))
    }
}

extension FolderWalk {
    /// Opens and describes a file that a list names.
    fileprivate func visitListed(_ path: [UInt8], _ visit: Visitor) throws {
        let file: Descriptor
        do throws(FolderRootError) {
            file = try root.open(path)
        } catch {
            return try report(error.description, at: path, visit)
        }
        guard try file.status().kind == .file else {
            return try report("it is a folder", at: path, visit)
        }
        try describe(file, named: .image, at: path, visit)
    }
}

extension RelativePath {
    /// Whether the path in an address, without what follows a `?` or `#`, ends as an archive's does.
    fileprivate var isArchiveAddress: Bool {
        TarShard.isArchive(Array(bytes.prefix { !"?#".utf8.contains($0) }))
    }
}
