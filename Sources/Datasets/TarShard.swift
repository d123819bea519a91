import Glibc
package import PipelineCore

/// A tar archive of images, as WebDataset makes them: the dataset of a run.
///
/// Members are read where they lie. Those that have the name up to its first dot in common, one
/// after the other, are a sample; a `.cls` among them is the given label of its images.
package struct TarShard: DatasetSource {
    /// The archive's absolute path.
    package let dataset: RelativePath
    package let isOrdered = false

    /// Takes the archive at `path`; nil where its name does not end as an archive's does.
    package init?(path: RelativePath) {
        guard Self.isArchive(path.bytes) else { return nil }
        dataset = ImageFolder.absolute(path)
    }

    /// Whether a file is an archive, by its name.
    static func isArchive(_ name: [UInt8]) -> Bool {
        String(decoding: name.suffix(4), as: UTF8.self).lowercased() == ".tar"
    }

    /// Visits the archive's images in its order.
    package func entries(_ body: (ImageEntry) throws -> Void) throws -> FolderSummary {
        let walk: FolderWalk
        do throws(SystemError) {
            walk = FolderWalk(root: try FolderRoot.ofDataset(dataset.bytes))
        } catch {
            throw DatasetError.unreadable(dataset, error.description)
        }
        let slash = UInt8(ascii: "/")
        try walk.visitArchive(Array(dataset.bytes.split(separator: slash).last ?? []), body)
        return walk.summary
    }
}

extension FolderWalk {
    /// The longest `.cls`, in bytes.
    private static let longestLabel = 1024

    /// Visits the images in the archive at `path` beneath the root.
    func visitArchive(_ path: [UInt8], _ visit: Visitor) throws {
        let archive = RelativePath(bytes: path)
        do {
            try walk(archive, try TarReader(try root.open(path)), visit)
        } catch TarReader.Trouble.damaged(let words) {
            throw DatasetError.badArchive(archive, words)
        } catch TarReader.Trouble.system(let error) {
            throw DatasetError.badArchive(archive, error.description)
        } catch let error as FolderRootError {
            throw DatasetError.badArchive(archive, error.description)
        } catch let error as SystemError {
            throw DatasetError.badArchive(archive, error.description)
        }
    }

    private func walk(_ path: RelativePath, _ reader: TarReader, _ visit: Visitor) throws {
        var sample: ArraySlice<UInt8> = []
        var images: [ImageEntry] = []
        var label: String?
        while let member = try reader.next() {
            let key = Self.sampleName(member.name)
            if key != sample {
                for image in images { try visit(label.map(image.labelled) ?? image) }
                (sample, images, label) = (key, [], nil)
            }
            let slash = UInt8(ascii: "/")
            let name = member.name.split(separator: slash).last ?? []
            if name.hasSuffix(".cls"), member.size <= Self.longestLabel {
                let text = try reader.bytes(at: member.offset, count: member.size)
                let word = String(decoding: text, as: UTF8.self).filter { !$0.isNewline }
                label = word.isEmpty ? nil : word
                continue
            }
            guard name.first != UInt8(ascii: "."), ImageKind(name: name) == .image else {
                summary.skipped += 1
                continue
            }
            images.append(try describe(member, in: path, reader))
        }
        for image in images { try visit(label.map(image.labelled) ?? image) }
    }

    private func describe(
        _ member: TarReader.Member, in path: RelativePath, _ reader: TarReader
    ) throws(TarReader.Trouble) -> ImageEntry {
        let place = ArchivePlace(path: path, offset: member.offset)
        let file = place.name(of: member.name)
        summary.images += 1
        guard member.size <= DatasetReader.maximumBytes else {
            summary.unreadable += 1
            return ImageEntry(
                file: file, size: member.size, sha256: nil,
                problem: "it is larger than \(DatasetReader.maximumBytes >> 20) MiB, more than an "
                    + "image may be", archive: place)
        }
        summary.bytes += member.size
        let bytes = try reader.bytes(at: member.offset, count: member.size)
        return ImageEntry(
            file: file, size: member.size, sha256: SHA256Digest(of: bytes), archive: place)
    }

    /// What the members of a sample have in common: the path up to the first dot of the last name.
    private static func sampleName(_ name: [UInt8]) -> ArraySlice<UInt8> {
        let start = name.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        return name[..<(name[start...].firstIndex(of: UInt8(ascii: ".")) ?? name.count)]
    }
}

extension Collection<UInt8> {
    fileprivate func hasSuffix(_ text: String) -> Bool {
        Array(self).suffix(text.utf8.count).elementsEqual(text.utf8)
    }
}
