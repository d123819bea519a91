import Foundation

/// A lock that one process, or one task of it, holds at a time.
///
/// The operating system lets go of it when the holder dies, however it dies. The file stays: to
/// remove it would let two hold locks on two files of one name.
enum FileLock {
    /// Runs `body` while holding the lock at `path`, after calling `whenTaken` if others hold it.
    ///
    /// Waits without blocking a thread, until cancelled.
    static func hold<Value>(
        _ path: String, whenTaken: () -> Void, during body: () async throws -> Value
    ) async throws -> Value {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw WeightError.system(errno, writing: path) }
        defer { close(file) }
        var hasWaited = false
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw WeightError.system(errno, writing: path)
            }
            if !hasWaited { whenTaken() }
            hasWaited = true
            try await Task.sleep(for: .milliseconds(100))
        }
        return try await body()
    }
}
