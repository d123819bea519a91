import Glibc
import PipelineCore

/// A file that one process at a time may hold, with the holder's process id in it.
///
/// The kernel lets go of the lock when the process ends, however it ends; the file itself stays.
final class LockFile: Sendable {
    private let descriptor: CInt

    /// Takes the lock at `path`, or tells who holds it; `guarded` is the file it stands for.
    init(path: String, guarding guarded: String) throws(StoreError) {
        descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else {
            throw Self.unusable(guarded, "opened", errno)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            // The descriptor closes with this object, which is whole by now: `deinit` runs.
            let (code, owner) = (errno, Self.owner(descriptor))
            guard code == EWOULDBLOCK else { throw Self.unusable(guarded, "locked", code) }
            throw .inUse(path: guarded, owner: owner)
        }
        let pid = Array("\(getpid())\n".utf8)
        // Nothing but the next refusal's wording hangs on these bytes.
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, pid, pid.count, 0) }
    }

    deinit {
        // By word, since a child between fork and exec holds the same lock until it has its program.
        release()
        close(descriptor)
    }

    /// Lets go before the end of the process.
    func release() { flock(descriptor, LOCK_UN) }

    private static func unusable(_ path: String, _ step: String, _ code: CInt) -> StoreError {
        .unusable(
            path: path,
            detail: "its lock file cannot be \(step): \(String(cString: strerror(code)))")
    }

    private static func owner(_ descriptor: CInt) -> String {
        var text = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &text, text.count, 0)
        let digits = text.prefix(max(count, 0)).prefix { (48...57).contains($0) }
        return digits.isEmpty
            ? "another process" : "process \(String(decoding: digits, as: UTF8.self))"
    }
}
