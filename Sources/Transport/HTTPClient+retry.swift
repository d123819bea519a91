extension HTTPClient {
    /// Sends `request` until the answer is one that will not change, or as often as `retry` allows;
    /// gives the last answer, and how often the server was asked.
    ///
    /// What may change are broken connections, timeouts and the statuses of
    /// ``RetryPolicy/isTransient(status:)``. A server's `Retry-After` is obeyed up to half a minute.
    /// A task that is cancelled while it waits gets ``HTTPError/cancelled``.
    package func send(
        _ request: HTTPRequest, retry: RetryPolicy
    ) async -> (answer: Result<HTTPResponse, HTTPError>, sent: Int) {
        var sent = 0
        while true {
            let answer: Result<HTTPResponse, HTTPError>
            var wait: Duration?
            do throws(HTTPError) {
                let response = try await send(request)
                answer = .success(response)
                guard RetryPolicy.isTransient(status: response.status) else {
                    return (answer, sent + 1)
                }
                wait = response.retryAfter().map { min($0, .seconds(30)) }
            } catch {
                answer = .failure(error)
                guard error.isTransient else { return (answer, sent + 1) }
            }
            sent += 1
            guard retry.allows(retryAfter: sent) else { return (answer, sent) }
            do {
                try await retry.sleep(retry.delay(beforeRetry: sent - 1, retryAfter: wait))
            } catch {
                return (.failure(.cancelled), sent)
            }
        }
    }
}
