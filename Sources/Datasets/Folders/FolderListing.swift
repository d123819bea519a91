import Glibc

/// The names in one folder, in the byte order of the paths beneath it.
///
/// A folder's paths go on with `/`, so it stands where its name followed by `/` would: `a.jpg`
/// before the folder `a`, since `.` is less than `/`. All names lie in one array, so that a folder
/// of a million files takes little more than their letters.
struct FolderListing {
    enum Kind: UInt8 { case file, folder, link, linkToFolder, special }

    struct Item {
        fileprivate let start: Int
        fileprivate let length: UInt16
        let kind: Kind

        /// Whether the names beneath follow it with a `/`.
        fileprivate var isFolder: Bool { kind == .folder || kind == .linkToFolder }
    }

    private(set) var items: [Item] = []
    private var names: [UInt8] = []

    /// Reads the names in `folder`, hidden ones left out.
    ///
    /// `leadsToFolder` judges each link: one that will be walked sorts as the folder it stands for.
    init(
        of folder: borrowing Descriptor, leadsToFolder: ([UInt8]) -> Bool
    ) throws(SystemError) {
        // A second descriptor, because the stream takes over the one it is given.
        let number = try SystemError.check {
            openat(folder.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        guard let stream = fdopendir(number) else {
            let code = errno
            close(number)
            throw SystemError(code: code)
        }
        defer { closedir(stream) }

        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw SystemError(code: errno) }
                break
            }
            let name = Self.name(of: entry)
            guard name.first != UInt8(ascii: ".") else { continue }
            guard var kind = try Self.kind(of: entry, name: name, in: folder) else { continue }
            if kind == .link, leadsToFolder(name) { kind = .linkToFolder }
            items.append(Item(start: names.count, length: UInt16(name.count), kind: kind))
            names += name
        }
        names.withUnsafeBufferPointer { names in
            items.sort { Self.precedes($0, $1, in: names) }
        }
    }

    /// The name of `item`.
    func name(of item: Item) -> ArraySlice<UInt8> {
        names[item.start..<item.start + Int(item.length)]
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
        let start = UnsafeRawPointer(entry) + (MemoryLayout<dirent>.offset(of: \.d_name) ?? 0)
        let length = strlen(start.assumingMemoryBound(to: CChar.self))
        return Array(UnsafeRawBufferPointer(start: start, count: length))
    }

    /// What an entry is; nil when it vanished before the file system told.
    private static func kind(
        of entry: UnsafeMutablePointer<dirent>, name: [UInt8], in folder: borrowing Descriptor
    ) throws(SystemError) -> Kind? {
        switch Int(entry.pointee.d_type) {
        case Int(DT_REG): return .file
        case Int(DT_DIR): return .folder
        case Int(DT_LNK): return .link
        case Int(DT_UNKNOWN): break
        default: return .special
        }
        do {
            switch try folder.status(of: name, following: false).kind {
            case .file: return .file
            case .folder: return .folder
            case .link: return .link
            case .special: return .special
            }
        } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
    }

    private static func precedes(
        _ a: Item, _ b: Item, in names: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard let base = names.baseAddress else { return false }
        let (first, second) = (base + a.start, base + b.start)
        let common = Int(min(a.length, b.length))
        let order = memcmp(first, second, common)
        guard order == 0 else { return order < 0 }
        let slash = UInt8(ascii: "/")
        if a.length < b.length { return !a.isFolder || slash < second[common] }
        if a.length > b.length { return b.isFolder && first[common] < slash }
        return false
    }
}
