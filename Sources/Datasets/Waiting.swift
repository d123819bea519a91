import Dispatch
import Synchronization

/// Waits for `work` on the calling thread, which must be one that may wait.
func waiting<Value: Sendable, Trouble: Error>(
    for work: @escaping @Sendable () async throws(Trouble) -> Value
) throws(Trouble) -> Value {
    let box = Box<Result<Value, Trouble>>()
    Task {
        let outcome: Result<Value, Trouble>
        do throws(Trouble) {
            outcome = .success(try await work())
        } catch {
            outcome = .failure(error)
        }
        box.put(outcome)
    }
    return try box.take().get()
}

/// Where something is put by one thread and taken by another, once.
private final class Box<Content: Sendable>: Sendable {
    private let content = Mutex<Content?>(nil)
    private let isHere = DispatchSemaphore(value: 0)

    func put(_ value: Content) {
        content.withLock { $0 = value }
        isHere.signal()
    }

    func take() -> Content {
        while true {
            isHere.wait()
            if let value = content.withLock({ $0 }) { return value }
        }
    }
}
