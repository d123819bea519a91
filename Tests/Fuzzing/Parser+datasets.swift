import PipelineCore

@testable import Buckets
@testable import Datasets

extension Parser {
    /// Members lie within the archive, and a manifest takes them whatever they are called.
    func readArchive(_ bytes: [UInt8]) throws {
        let archive = RelativePath(text: "a.tar")
        var walk = ArchiveWalk(at: archive, TarReader(MemoryBytes(bytes: bytes)))
        try walk.run { entry in
            guard let place = entry.archive else {
                return check(false, "\(entry) is in no archive")
            }
            check(
                place.offset >= 0 && entry.size >= 0 && place.offset + entry.size <= bytes.count
                    || entry.problem != nil, "\(entry) leaves the archive")
            // A name may hold a zero, which no manifest takes: the listing says so.
            guard !entry.file.bytes.contains(0) else { return }
            let again = try? ManifestLine.parse(ManifestLine.encode(entry))
            check(again == entry, "\(entry) comes back as \(String(describing: again))")
        }
    }

    /// What a line names has a name, and is an address, a path beneath the list's folder, or neither.
    func readList(_ bytes: [UInt8]) throws {
        var parser = ListLineParser(self == .csv ? .csv : self == .jsonl ? .jsonLines : .text)
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for line in lines {
            guard let said = try parser.parse(Array(line)) else { continue }
            check(!said.name.bytes.isEmpty, "an image without a name")
            if said.name.isFetchable {
                check(!said.name.hasUser || said.name.bucketAndKey != nil, "a password is shown")
            }
            guard !said.name.looksLikeAddress, said.name.staysBeneath else { continue }
            let entry = ImageEntry(
                file: said.name, size: 0, sha256: nil, problem: "x", label: said.label)
            let again = try? ManifestLine.parse(ManifestLine.encode(entry))
            check(again == entry, "\(entry) comes back as \(String(describing: again))")
        }
    }

    /// A page that goes on says how.
    func readListing(_ bytes: [UInt8]) throws {
        let page = try ObjectListing(xml: bytes)
        check(page.continuation?.isEmpty != true, "a page that goes on nowhere")
        check(page.objects.allSatisfy { $0.size >= 0 }, "\(page.objects)")
    }

    /// What is written down again is the same place.
    func readPlace(_ bytes: [UInt8]) throws {
        guard let place = BucketPrefix(text: String(decoding: bytes, as: UTF8.self)) else {
            throw Nothing(description: "no place")
        }
        check(BucketPrefix(text: place.text) == place, "\(place.text)")
    }
}

/// An archive that is in memory.
private struct MemoryBytes: ArchiveBytes {
    let bytes: [UInt8]

    var count: Int { bytes.count }

    func bytes(at offset: Int, count: Int) -> [UInt8] { Array(bytes[offset..<(offset + count)]) }
}
