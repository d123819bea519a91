import Foundation
import Glibc
import Synchronization

/// The process was asked to end, and has ended what it was doing in good order.
struct Interruption: Error, Equatable {
    /// `SIGINT` or `SIGTERM`.
    var signal: CInt
    /// What is left, and how to go on; nil when nothing had begun.
    var message: String?

    /// What the process ends with.
    var status: ExitStatus { signal == SIGTERM ? .terminated : .interrupted }
}

/// Ctrl-C and SIGTERM: the first asks the work to end, the second ends the process at once.
///
/// The second one is dealt with inside the signal handler, so that it works whatever the program
/// is stuck in.
final class Interrupts: Sendable {
    private struct State {
        var signal: CInt?
        var drains: [@Sendable (CInt) -> Void] = []
    }

    private let state = Mutex(State())

    /// Takes over both signals; once a process.
    init() {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        signalPipe.store(ends[1], ordering: .relaxed)
        for number in [SIGINT, SIGTERM] { Glibc.signal(number, handleSignal) }
        let source = ends[0]
        let thread = Thread {
            var number: UInt8 = 0
            while read(source, &number, 1) == 1 { self.received(CInt(number)) }
        }
        thread.name = "signals"
        thread.start()
    }

    /// Throws ``Interruption`` when the process has been asked to end.
    func check() throws(Interruption) {
        if let signal { throw Interruption(signal: signal) }
    }

    /// The signal that asked the process to end; nil while none has.
    var signal: CInt? { state.withLock(\.signal) }

    /// Has `drain` called when the process is asked to end, at once when it has been.
    func onFirst(_ drain: @escaping @Sendable (CInt) -> Void) {
        let signal = state.withLock { state in
            if state.signal == nil { state.drains.append(drain) }
            return state.signal
        }
        if let signal { drain(signal) }
    }

    private func received(_ signal: CInt) {
        let drains = state.withLock { state in
            state.signal = signal
            defer { state.drains = [] }
            return state.drains
        }
        for drain in drains { drain(signal) }
    }
}

/// Runs `work` in a task that is cancelled when the process is asked to end; then throws
/// ``Interruption``, whatever the cancelled work threw.
func interruptible<Value: Sendable>(
    _ interrupts: Interrupts, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let task = Task(operation: work)
    interrupts.onFirst { _ in task.cancel() }
    do {
        return try await task.value
    } catch {
        try interrupts.check()
        throw error
    }
}

private let signalPipe = Atomic<CInt>(-1)
private let signalCount = Atomic<Int>(0)

/// Runs inside the signal handler: nothing here may allocate or wait.
private func handleSignal(_ number: CInt) {
    guard signalCount.add(1, ordering: .relaxed).oldValue == 0 else { _exit(128 + number) }
    let code = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(signalPipe.load(ordering: .relaxed), &byte, 1)
    errno = code
}
