import Glibc
import PipelineCore

extension FolderWalk {
    /// Opens a file that may be an image, and describes it.
    func visitFile(
        _ name: ArraySlice<UInt8>, in folder: borrowing Descriptor, at path: [UInt8],
        _ visit: Visitor
    ) throws {
        let kind = ImageKind(name: name)
        guard kind != .other else {
            summary.skipped += 1
            return
        }
        let file: Descriptor
        do throws(SystemError) {
            file = try Descriptor.open(name, in: folder.number, O_RDONLY | O_NOFOLLOW)
        } catch {
            return try report(error.description, at: path, visit)
        }
        try describe(file, named: kind, at: path, visit)
    }

    /// Hashes an open file and hands out its entry, unless its first bytes show no image where its
    /// name left that open.
    func describe(
        _ file: borrowing Descriptor, named kind: ImageKind, at path: [UInt8], _ visit: Visitor
    ) throws {
        let limit = DatasetReader.maximumBytes
        let finding: FileHasher.Finding
        do throws(SystemError) {
            finding = try hasher.hash(file, onlyImages: kind == .unknown, limit: limit)
        } catch {
            return try report(error.description, at: path, visit)
        }
        switch finding {
        case .notAnImage:
            summary.skipped += 1
        case .tooLarge(let size):
            try report(
                "it is larger than \(limit >> 20) MiB, more than an image may be", at: path,
                size: size, visit)
        case .changed(let size):
            try report("it changed while it was read", at: path, size: size, visit)
        case .hashed(let sha256, let size):
            summary.images += 1
            summary.bytes += size
            try visit(ImageEntry(file: RelativePath(bytes: path), size: size, sha256: sha256))
        }
    }

    /// Hands out an entry that says why there is no more to say.
    func report(_ problem: String, at path: [UInt8], size: Int = 0, _ visit: Visitor) throws {
        summary.images += 1
        summary.unreadable += 1
        let file = RelativePath(bytes: path)
        try visit(ImageEntry(file: file, size: size, sha256: nil, problem: problem))
    }
}
