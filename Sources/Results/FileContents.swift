import Glibc

/// The bytes of the regular file at `path`.
///
/// Read, not mapped: nobody can change them between the check and the use, and a file that is cut
/// while it is read is an error instead of the end of the process.
func contents(ofFile path: String) throws(ResultError) -> [UInt8] {
    // A pipe or device is refused below; it must not hold us up before that.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: lastReason()) }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0 else {
        throw .unreadable(path: path, reason: lastReason())
    }
    guard information.st_mode & S_IFMT == S_IFREG else {
        throw .unreadable(path: path, reason: "it is not a regular file")
    }
    let size = Int(information.st_size)
    var failure: String?
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        while count < size {
            let received = read(descriptor, buffer.baseAddress?.advanced(by: count), size - count)
            if received > 0 {
                count += received
            } else if received == 0 {
                failure = "it became shorter while it was read"
                return
            } else if errno != EINTR {
                failure = lastReason()
                return
            }
        }
    }
    if let failure { throw .unreadable(path: path, reason: failure) }
    return bytes
}

/// The last system call's failure, in the system's words.
private func lastReason() -> String { String(cString: strerror(errno)) }
