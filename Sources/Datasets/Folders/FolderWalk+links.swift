import Glibc

extension FolderWalk {
    /// Whether the link at `path` will be entered as a folder.
    func leadsToFolder(_ path: [UInt8]) -> Bool {
        guard !isInsideLink, let status = try? root.folder.status(of: path, following: true),
            status.kind == .folder, !ancestors.contains(status.identity)
        else { return false }
        return (try? root.resolve(path)) != nil
    }

    /// Visits what a link leads to, as if it lay at the link's own place.
    func visitLink(_ name: ArraySlice<UInt8>, at path: [UInt8], _ visit: Visitor) throws {
        let kind = ImageKind(name: name)
        let target: Descriptor
        do throws(FolderRootError) {
            target = try root.open(try root.resolve(path))
        } catch {
            let isFolder = (try? root.folder.status(of: path, following: true))?.kind == .folder
            guard error != .special, kind != .other || isFolder else {
                summary.skipped += 1
                return
            }
            return try report(Self.problem(of: error), at: path, visit)
        }
        let status = try? target.status()
        guard let status, status.kind == .folder else {
            guard kind != .other else {
                summary.skipped += 1
                return
            }
            return try describe(target, named: kind, at: path, visit)
        }
        guard !ancestors.contains(status.identity) else {
            return try report(Self.problem(of: .root), at: path, visit)
        }
        guard !isInsideLink else {
            return try report(
                "it is a link to a folder, in a folder that is itself reached by a link", at: path,
                visit)
        }
        isInsideLink = true
        defer { isInsideLink = false }
        try enter(target, at: path, visit)
    }

    private static func problem(of error: FolderRootError) -> String {
        switch error {
        case .outside: "it is a link that leads out of the dataset's folder"
        case .root: "it is a link to a folder that holds it"
        case .system(SystemError(code: ENOENT)): "it is a link that leads nowhere"
        case .system(SystemError(code: ELOOP)): "it is a link that leads to itself"
        case .special, .system: "it is a link that cannot be followed: \(error)"
        }
    }
}
