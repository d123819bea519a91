import Glibc
import Synchronization

/// Standard error as a person reads it: notes and errors, and under them one line of progress.
final class Console: Sendable {
    /// The console of this process.
    static let shared = Console()

    /// Whether a person looks on, rather than a file.
    let isTerminal = isatty(STDERR_FILENO) == 1

    private struct State {
        var isQuiet = false
        var progress = ""
    }

    private let state = Mutex(State())

    /// From now on says nothing but errors.
    func beQuiet() { state.withLock { $0.isQuiet = true } }

    /// Says something worth knowing.
    func note(_ text: String) {
        state.withLock { state in
            if !state.isQuiet { say(text, over: state.progress) }
        }
    }

    /// Says why something went wrong, quiet or not.
    func complain(_ text: String) {
        state.withLock { state in say(text, over: state.progress) }
    }

    /// Shows `line` at the bottom of the terminal until the next one; an empty line takes it away.
    func show(progress line: String) {
        state.withLock { state in
            guard isTerminal, !state.isQuiet, line != state.progress else { return }
            put(line.isEmpty ? Self.clear : Self.clear + line)
            state.progress = line
        }
    }

    private static let clear = "\r\u{1B}[K"

    private func say(_ text: String, over progress: String) {
        put(progress.isEmpty ? text + "\n" : Self.clear + text + "\n" + progress)
    }

    /// Nobody is there to be told when standard error fails.
    private func put(_ text: String) {
        try? writeAll(Array(text.utf8), to: STDERR_FILENO)
    }
}

/// How many columns the terminal behind `descriptor` has; nil when there is none.
func terminalWidth(_ descriptor: CInt = STDERR_FILENO) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
}
