import Foundation
import Glibc

/// This program once more, with other arguments, and the lines that it prints.
final class ChildProcess {
    private var identifier: pid_t = 0
    private let output: Int32
    private var pending: [UInt8] = []
    private var isLate = false

    init(_ arguments: [String]) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Misuse("there is no pipe to be had") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        output = ends[0]
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        let words = (["/proc/self/exe"] + arguments).map { word in strdup(word) }
        // A crash reporter would only keep a crashed program from ending.
        let variables = [strdup("SWIFT_BACKTRACE=enable=no")]
        defer { for word in words + variables { free(word) } }
        let code = posix_spawn(
            &identifier, "/proc/self/exe", &actions, nil, words + [nil], variables + [nil])
        close(ends[1])
        guard code == 0 else {
            throw Misuse("the child cannot be started: \(String(cString: strerror(code)))")
        }
    }

    deinit { close(output) }

    /// The next line; nil when there is none any more, or none for `patience` milliseconds.
    func line(within patience: Int32) -> String? {
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                defer { pending.removeFirst(end + 1) }
                return String(decoding: pending[..<end], as: UTF8.self)
            }
            var wait = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, patience) > 0 else {
                isLate = true
                return nil
            }
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = Glibc.read(output, &bytes, bytes.count)
            guard count > 0 else { return nil }
            pending += bytes.prefix(count)
        }
    }

    /// Waits for its end, and kills it first if it is late; what was wrong with the end, if
    /// anything.
    func end() -> String? {
        if isLate { kill(identifier, SIGKILL) }
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        if isLate { return "hangs" }
        let signal = status & 0x7F
        if signal != 0 { return "crashes with \(String(cString: strsignal(signal)))" }
        let code = status >> 8 & 0xFF
        return code == 0 ? nil : "ends with code \(code)"
    }
}
