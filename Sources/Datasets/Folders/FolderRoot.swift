import Glibc
import PipelineCore

/// A dataset's folder; nothing that is opened through it lies outside.
///
/// Paths are walked one component at a time with `O_NOFOLLOW`. Where a link is in the way, it is
/// resolved first and must end beneath the root, and then the resolved path is walked in the same
/// manner: a link swapped in between is met as a link and refused.
struct FolderRoot: ~Copyable {
    /// The root itself.
    let folder: Descriptor
    private let path: [UInt8]

    /// Opens the folder at `path`.
    init(_ path: [UInt8]) throws(SystemError) {
        self.path = path
        folder = try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
    }

    /// Opens the folder of a dataset: the one at `path`, or where a list lies there, the one that
    /// the list is in.
    static func ofDataset(_ path: [UInt8]) throws(SystemError) -> FolderRoot {
        do throws(SystemError) {
            return try FolderRoot(path)
        } catch {
            guard error.code == ENOTDIR else { throw error }
            let end = path.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex
            return try FolderRoot(
                end == path.startIndex ? [UInt8(ascii: "/")] : Array(path[..<end]))
        }
    }

    /// Opens the regular file or the folder at `path` beneath the root, for reading.
    func open(_ path: [UInt8]) throws(FolderRootError) -> Descriptor {
        guard RelativePath(bytes: path).staysBeneath else { throw .outside }
        do {
            return try descend(path)
        } catch .system(let error) where error.code == ELOOP || error.code == ENOTDIR {
            return try descend(try resolve(path))
        }
    }

    /// Where `path` leads when its links are followed, as a path beneath the root without links.
    func resolve(_ path: [UInt8]) throws(FolderRootError) -> [UInt8] {
        let root = try Self.real(self.path)
        let target = try Self.real(self.path + [UInt8(ascii: "/")] + path)
        guard target != root else { throw .root }
        let prefix = root.last == UInt8(ascii: "/") ? root : root + [UInt8(ascii: "/")]
        guard target.starts(with: prefix) else { throw .outside }
        return Array(target[prefix.count...])
    }

    private static func real(_ path: [UInt8]) throws(FolderRootError) -> [UInt8] {
        guard let text = withPath(path, { realpath($0, nil) }) else {
            throw .system(SystemError(code: errno))
        }
        defer { free(text) }
        return Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }

    private func descend(_ path: [UInt8]) throws(FolderRootError) -> Descriptor {
        let names = path.split(separator: UInt8(ascii: "/"))
        guard let last = names.last else { throw .system(SystemError(code: ENOENT)) }
        let file: Descriptor?
        do throws(SystemError) {
            if let first = names.dropLast().first {
                let step = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
                var current = try Descriptor.open(first, in: folder.number, step)
                for name in names.dropFirst().dropLast() {
                    current = try Descriptor.open(name, in: current.number, step)
                }
                file = try Self.openLast(last, in: current)
            } else {
                file = try Self.openLast(last, in: folder)
            }
        } catch {
            throw .system(error)
        }
        guard let file else { throw .special }
        return file
    }

    /// Opens a file or a folder; nil for anything else.
    ///
    /// Looks before it opens: opening a device may already do something.
    private static func openLast(
        _ name: ArraySlice<UInt8>, in folder: borrowing Descriptor
    ) throws(SystemError) -> Descriptor? {
        switch try folder.status(of: name, following: false).kind {
        case .link: throw SystemError(code: ELOOP)
        case .special: return nil
        case .file, .folder: break
        }
        let descriptor = try Descriptor.open(name, in: folder.number, O_RDONLY | O_NOFOLLOW)
        guard try descriptor.status().kind != .special else { return nil }
        return descriptor
    }
}

/// Why something beneath a root was not opened.
enum FolderRootError: Error, Equatable {
    /// The path or the link it ends in leads out of the root.
    case outside
    /// The link ends at the root itself.
    case root
    /// It is a pipe, a socket or a device.
    case special
    /// The operating system refused.
    case system(SystemError)
}

extension FolderRootError: CustomStringConvertible {
    var description: String {
        switch self {
        case .outside: "it leads out of the dataset's folder"
        case .root: "it is the dataset's folder itself"
        case .special: "it is a pipe, a socket or a device, not a file"
        case .system(let error): error.description
        }
    }
}
