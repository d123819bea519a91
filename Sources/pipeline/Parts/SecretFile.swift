import Glibc

/// Files that nobody but their owner can read.
enum SecretFile {
    /// Puts a file that holds `secret` and a line's end in the place of what is at `path`.
    static func replace(_ path: String, with secret: String) throws {
        let draft = path + ".new"
        unlink(draft)
        try create(draft, with: secret)
        guard rename(draft, path) == 0 else { throw failure(at: path) }
    }

    /// Makes a file that holds `secret` and a line's end, unless there is one at `path`.
    static func create(_ path: String, with secret: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure(at: path) }
        defer { close(descriptor) }
        do throws(OutputError) {
            try writeAll(Array((secret + "\n").utf8), to: descriptor)
        } catch {
            throw failure(at: path)
        }
        guard fsync(descriptor) == 0 else { throw failure(at: path) }
    }

    private static func failure(at path: String) -> Failure {
        Failure(systemError: errno, "the token file '\(path)' cannot be written")
    }
}
