/// When a request that failed is tried again: exponential backoff with full jitter.
///
/// Before retry n, counted from 0, the wait is uniform between 0 and `base` · 2ⁿ, but at most
/// `cap`, so that clients which failed together do not come back together
/// (Brooker, *Exponential Backoff and Jitter*, 2015). A server's `Retry-After` is the least.
package struct RetryPolicy: Sendable {
    /// The longest first wait.
    package var base: Duration
    /// The longest wait that grows by itself.
    package var cap: Duration
    /// How many times a request is sent in all; nil keeps trying for ever.
    package var attempts: Int?
    /// Draws from 0..<1.
    package var random: @Sendable () -> Double
    /// Waits; throws when the task is cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void

    /// Names every field; by default a request is sent five times within a few seconds.
    package init(
        base: Duration = .milliseconds(200), cap: Duration = .seconds(10), attempts: Int? = 5,
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        sleep: @escaping @Sendable (Duration) async throws -> Void = {
            try await Task.sleep(for: $0)
        }
    ) {
        self.base = base
        self.cap = cap
        self.attempts = attempts
        self.random = random
        self.sleep = sleep
    }

    /// The wait before retry `retry`, counted from 0.
    package func delay(beforeRetry retry: Int, retryAfter: Duration? = nil) -> Duration {
        // Beyond 2³⁰ the cap rules anyway, and the shift must not overflow.
        let longest = min(cap, base * (1 << min(retry, 30)))
        return max(longest * random(), retryAfter ?? .zero)
    }

    /// Whether a request that was sent `attempts` times may be sent again.
    package func allows(retryAfter attempts: Int) -> Bool {
        self.attempts.map { attempts < $0 } ?? true
    }

    /// Whether the server may answer otherwise a little later.
    ///
    /// True for 408, 429 and every 5xx, a full disk's 507 included: space comes back. A refusal
    /// (any other 4xx) stays one.
    package static func isTransient(status: Int) -> Bool {
        status == 408 || status == 429 || (500..<600).contains(status)
    }
}
