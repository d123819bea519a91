import Foundation

/// What tells a file from a later one of the same name.
///
/// Of what a link leads to: programs that renew certificates put links in their place.
struct FileStamp: Sendable, Hashable {
    private let number: Int?
    private let size: Int?
    private let changed: Date?
    /// Who may do what with it, as of `chmod`; nil where there is no such file.
    let permissions: Int?

    init(path: String) {
        let target = URL(filePath: path).resolvingSymlinksInPath().path
        let found = (try? FileManager.default.attributesOfItem(atPath: target)) ?? [:]
        number = found[.systemFileNumber] as? Int
        size = found[.size] as? Int
        changed = found[.modificationDate] as? Date
        permissions = found[.posixPermissions] as? Int
    }
}
