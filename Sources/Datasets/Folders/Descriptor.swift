import Glibc

/// An open file or folder, closed when its owner lets go.
struct Descriptor: ~Copyable {
    let number: CInt

    private init(number: CInt) { self.number = number }

    deinit { close(number) }

    /// Opens `name` in the folder `folder`, or from the working folder on.
    ///
    /// Never waits for the other end of a pipe and never becomes a controlling terminal.
    static func open(
        _ name: some Collection<UInt8>, in folder: CInt = AT_FDCWD, _ flags: CInt = O_RDONLY,
        mode: mode_t = 0o644
    ) throws(SystemError) -> Descriptor {
        let number = try SystemError.check {
            withPath(name) { openat(folder, $0, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode) }
        }
        return Descriptor(number: number)
    }

    /// What the descriptor stands for.
    func status() throws(SystemError) -> FileStatus {
        var status = stat()
        try SystemError.check { fstat(number, &status) }
        return FileStatus(status)
    }

    /// What `name` in this folder is; a link itself, unless `following` it.
    func status(of name: some Collection<UInt8>, following: Bool) throws(SystemError) -> FileStatus
    {
        var status = stat()
        try SystemError.check {
            withPath(name) { fstatat(number, $0, &status, following ? 0 : AT_SYMLINK_NOFOLLOW) }
        }
        return FileStatus(status)
    }

    /// Reads the next bytes into `buffer`; how many, 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        try SystemError.check { Glibc.read(number, buffer.baseAddress, buffer.count) }
    }

    /// Goes on at `offset` from the beginning.
    func seek(to offset: Int) throws(SystemError) {
        try SystemError.check { lseek(number, offset, SEEK_SET) }
    }

    /// Writes all of `bytes`.
    func write(_ bytes: [UInt8]) throws(SystemError) {
        var start = 0
        while start < bytes.count {
            start += try SystemError.check {
                bytes.withUnsafeBytes { all in
                    let rest = UnsafeRawBufferPointer(rebasing: all[start...])
                    return Glibc.write(number, rest.baseAddress, rest.count)
                }
            }
        }
    }

    /// Waits until what was written is on the disk.
    func synchronise() throws(SystemError) {
        try SystemError.check { fsync(number) }
    }
}

/// What matters of a file's `stat`.
struct FileStatus {
    enum Kind { case file, folder, link, special }

    /// The same for every path that leads to one file.
    struct Identity: Hashable {
        let device: UInt
        let inode: UInt
    }

    let kind: Kind
    let size: Int
    let identity: Identity

    init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            default: .special
            }
        size = Int(status.st_size)
        identity = Identity(device: UInt(status.st_dev), inode: UInt(status.st_ino))
    }
}

/// What the operating system refused.
struct SystemError: Error, Equatable, CustomStringConvertible {
    let code: CInt

    var description: String { String(cString: strerror(code)) }

    /// Calls again when a signal came between; throws when the answer is negative.
    @discardableResult
    static func check<Answer: SignedInteger>(_ call: () -> Answer) throws(SystemError) -> Answer {
        while true {
            let answer = call()
            guard answer < 0 else { return answer }
            let code = errno
            guard code == EINTR else { throw SystemError(code: code) }
        }
    }
}

/// Lends `path` as a C string.
func withPath<Answer>(
    _ path: some Collection<UInt8>, _ body: (UnsafePointer<CChar>) -> Answer
) -> Answer {
    var text = path.map { CChar(bitPattern: $0) }
    text.append(0)
    return text.withUnsafeBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return body("") }
        return body(start)
    }
}
