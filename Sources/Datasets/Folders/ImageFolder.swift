import Glibc
package import PipelineCore

/// A folder of images: the dataset of a run.
///
/// Files are found by name where the name tells (`.jpg` and its kin, in any case) and by their
/// first bytes where it has no extension. Hidden files and folders are passed over. Names may be
/// any bytes that Linux allows.
package struct ImageFolder: Sendable {
    /// The folder's absolute path, without `.`, doubled or trailing slashes.
    package let path: RelativePath

    /// Takes the folder at `path`, which counts from the working folder unless it is absolute.
    ///
    /// Throws ``DatasetError`` when there is no such folder or it cannot be read.
    package init(path: RelativePath) throws(DatasetError) {
        self.path = Self.absolute(path)
        _ = try open(said: path)
    }

    /// Visits each image in byte order of its path beneath the folder, hashing it on the way.
    ///
    /// Only the names in the folders that are open at a time are kept in memory. A file that is
    /// there and cannot be read, a link that leads out of the folder and a folder that cannot be
    /// entered are visited too, as entries with a problem. What `body` throws ends the walk;
    /// otherwise throws ``DatasetError``.
    package func entries(_ body: (ImageEntry) throws -> Void) throws -> FolderSummary {
        let walk = FolderWalk(root: try open(said: path))
        do {
            try walk.run(body)
        } catch let error as SystemError {
            throw DatasetError.unreadable(path, error.description)
        }
        return walk.summary
    }

    /// Opens the folder; errors name it as it was `said`.
    private func open(said name: RelativePath) throws(DatasetError) -> FolderRoot {
        guard !name.bytes.isEmpty, !name.bytes.contains(0) else { throw .missing(name) }
        do throws(SystemError) {
            return try FolderRoot(path.bytes)
        } catch {
            switch error.code {
            case ENOENT: throw .missing(name)
            case ENOTDIR: throw .notAFolder(name)
            default: throw .unreadable(name, error.description)
            }
        }
    }

    static func absolute(_ path: RelativePath) -> RelativePath {
        let (slash, dot) = (UInt8(ascii: "/"), UInt8(ascii: "."))
        var bytes = path.bytes
        if bytes.first != slash, let folder = getcwd(nil, 0) {
            bytes =
                Array(UnsafeRawBufferPointer(start: folder, count: strlen(folder))) + [slash]
                + bytes
            free(folder)
        }
        let names = bytes.split(separator: slash).filter { $0 != [dot] }
        let plain = [slash] + names.joined(separator: [slash])
        guard names.contains([dot, dot]) else { return RelativePath(bytes: plain) }
        // Only the file system knows where `..` leads when a link stands before it.
        return RelativePath(bytes: resolved(plain) ?? plain)
    }
}

/// The path without links and `..`; nil where it leads nowhere.
private func resolved(_ path: [UInt8]) -> [UInt8]? {
    let place = (path.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer {
        realpath($0.baseAddress, nil)
    }
    guard let place else { return nil }
    defer { free(place) }
    return Array(UnsafeRawBufferPointer(start: place, count: strlen(place)))
}

/// What a walk through a dataset met.
package struct FolderSummary: Sendable, Hashable {
    /// Entries that were handed out, those with a problem included.
    package var images = 0
    /// Files that are no images, and pipes, sockets and devices; hidden files are not counted.
    package var skipped = 0
    /// The size of all images that could be read, in bytes.
    package var bytes = 0
    /// Entries with a problem.
    package var unreadable = 0
    /// Images that were named again and counted once.
    package var repeated = 0

    /// All zero.
    package init() {}
}
