import Foundation

/// What tells a file from a later one of the same name.
///
/// Of what a link leads to: programs that renew certificates put links in their place.
struct FileStamp: Sendable, Hashable {
    private let inode: Int?
    private let size: Int?
    private let changed: Date?
    /// Whether only its owner and group may read, write or run it; false where there is no such file.
    let isClosedToOthers: Bool

    init(path: String) {
        let target = URL(filePath: path).resolvingSymlinksInPath().path
        let found = (try? FileManager.default.attributesOfItem(atPath: target)) ?? [:]
        inode = found[.systemFileNumber] as? Int
        size = found[.size] as? Int
        changed = found[.modificationDate] as? Date
        let mode = found[.posixPermissions] as? Int
        isClosedToOthers = mode.map { $0 & 0o007 == 0 } ?? false
    }
}
