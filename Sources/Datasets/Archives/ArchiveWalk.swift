import PipelineCore

/// One walk through an archive's images, in their order in it.
///
/// Members that have the name up to its first dot in common, one after the other, are a sample; a
/// `.cls` among them is the given label of its images.
struct ArchiveWalk {
    /// The longest `.cls`, in bytes.
    private static let longestLabel = 1024

    private let path: RelativePath
    private let reader: TarReader
    private let isRemote: Bool
    private let etag: String?
    /// What was found so far.
    private(set) var summary = FolderSummary()

    /// Walks through what `reader` reads, which lies at `path`: with an `etag` or `isRemote`, an
    /// address.
    init(at path: RelativePath, _ reader: TarReader, isRemote: Bool = false, etag: String? = nil) {
        self.path = path
        self.reader = reader
        self.isRemote = isRemote
        self.etag = etag
    }

    /// Visits every image; throws ``TarReader/Trouble``, or what `visit` throws.
    mutating func run(_ visit: FolderWalk.Visitor) throws {
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
            images.append(try describe(member))
        }
        for image in images { try visit(label.map(image.labelled) ?? image) }
    }

    private mutating func describe(
        _ member: TarReader.Member
    ) throws(TarReader.Trouble) -> ImageEntry {
        let place = ArchivePlace(path: path, offset: member.offset)
        let file = place.name(of: member.name)
        summary.images += 1
        guard member.size <= DatasetReader.maximumBytes else {
            summary.unreadable += 1
            return ImageEntry(
                file: file, size: member.size, sha256: nil,
                problem: "it is larger than \(DatasetReader.maximumBytes >> 20) MiB, more than an "
                    + "image may be", isRemote: isRemote, etag: etag, archive: place)
        }
        summary.bytes += member.size
        let bytes = try reader.bytes(at: member.offset, count: member.size)
        return ImageEntry(
            file: file, size: member.size, sha256: SHA256Digest(of: bytes), isRemote: isRemote,
            etag: etag, archive: place)
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
