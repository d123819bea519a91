import Glibc

/// A file that appears under its name when it is whole, or not at all.
final class OutputFile {
    private let path: String
    /// Where it lies until it is whole.
    let draft: String
    private let descriptor: CInt
    private var isFinished = false

    /// Begins the file that will lie at `path`, with those permissions.
    init(path: String, mode: mode_t = 0o644) throws {
        self.path = path
        draft = path + ".part"
        descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Self.failure(at: path) }
    }

    deinit {
        close(descriptor)
        if !isFinished { unlink(draft) }
    }

    /// Adds `bytes`.
    func write(_ bytes: [UInt8]) throws {
        do throws(OutputError) {
            try writeAll(bytes, to: descriptor)
        } catch {
            throw Self.failure(at: path)
        }
    }

    /// Puts the file in its place.
    func finish() throws {
        guard fsync(descriptor) == 0, rename(draft, path) == 0 else {
            throw Self.failure(at: path)
        }
        isFinished = true
    }

    private static func failure(at path: String) -> Failure {
        Failure(systemError: errno, "'\(path)' cannot be written")
    }
}
