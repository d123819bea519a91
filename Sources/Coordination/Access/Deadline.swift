import HTTPTypes

/// Runs `operation`, and cancels it when it takes longer than `deadline`.
///
/// The server's own timeout starts anew with every byte that comes in, so that a client could hold
/// a request open for ever; this one does not.
func withDeadline<Value: Sendable>(
    _ deadline: Duration, _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        defer { group.cancelAll() }
        group.addTask { try await operation() }
        group.addTask {
            try await Task.sleep(for: deadline)
            return nil
        }
        guard let value = try await group.next() ?? nil else {
            throw Refusal(
                .requestTimeout, "too-slow",
                "the request took longer than \(deadline); try again, with less at once")
        }
        return value
    }
}
