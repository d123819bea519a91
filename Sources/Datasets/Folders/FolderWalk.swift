import Glibc
import PipelineCore

/// One walk through a dataset's folder, in byte order of the paths beneath it.
///
/// Links are followed where they end beneath the root. So that links cannot make the walk endless,
/// a folder is never entered from within itself, and in a folder that was entered through a link
/// no further link to a folder is followed.
final class FolderWalk {
    typealias Visitor = (ImageEntry) throws -> Void

    /// The most folders that may lie within each other; each holds a file descriptor.
    static let deepest = 128
    /// The longest path beneath the root, in bytes; what Linux lets a program open in one call.
    static let longestPath = 4095

    let root: FolderRoot
    let hasher = FileHasher()
    var summary = FolderSummary()
    /// The folders that the walk is in, the root first.
    var ancestors: [FileStatus.Identity] = []
    /// Whether one of them was entered through a link.
    var isInsideLink = false

    init(root: consuming FolderRoot) { self.root = root }

    /// Visits every image; what the visitor throws ends the walk.
    ///
    /// Throws ``SystemError`` when the root itself cannot be listed.
    func run(_ visit: Visitor) throws {
        ancestors = [try root.folder.status().identity]
        try walk(try listing(of: root.folder, at: []), in: root.folder, at: [], visit)
    }

    /// Visits what lies in a folder, unless it cannot be listed or lies too deep.
    func enter(
        _ folder: borrowing Descriptor, at path: [UInt8], _ visit: Visitor
    ) throws {
        guard ancestors.count <= Self.deepest else {
            return try report(
                "more than \(Self.deepest) folders lie within each other", at: path, visit)
        }
        let before = ancestors
        defer { ancestors = before }
        let content: FolderListing
        do throws(SystemError) {
            ancestors.append(try folder.status().identity)
            content = try listing(of: folder, at: path)
        } catch {
            return try report("the folder cannot be read: \(error)", at: path, visit)
        }
        try walk(content, in: folder, at: path, visit)
    }

    private func listing(
        of folder: borrowing Descriptor, at path: [UInt8]
    ) throws(SystemError) -> FolderListing {
        try FolderListing(of: folder) { name in leadsToFolder(Self.join(path, name)) }
    }

    private func walk(
        _ listing: FolderListing, in folder: borrowing Descriptor, at path: [UInt8],
        _ visit: Visitor
    ) throws {
        for item in listing.items {
            let name = listing.name(of: item)
            let file = Self.join(path, name)
            guard file.count <= Self.longestPath else {
                try report("its path is longer than \(Self.longestPath) bytes", at: file, visit)
                continue
            }
            switch item.kind {
            case .special: summary.skipped += 1
            case .file: try visitFile(name, in: folder, at: file, visit)
            case .folder: try visitFolder(name, in: folder, at: file, visit)
            case .link, .linkToFolder: try visitLink(name, at: file, visit)
            }
        }
    }

    private func visitFolder(
        _ name: ArraySlice<UInt8>, in folder: borrowing Descriptor, at path: [UInt8],
        _ visit: Visitor
    ) throws {
        let child: Descriptor
        do throws(SystemError) {
            let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
            child = try Descriptor.open(name, in: folder.number, flags)
        } catch {
            return try report("the folder cannot be read: \(error)", at: path, visit)
        }
        try enter(child, at: path, visit)
    }

    private static func join(_ path: [UInt8], _ name: some Collection<UInt8>) -> [UInt8] {
        path.isEmpty ? Array(name) : path + [UInt8(ascii: "/")] + name
    }
}
