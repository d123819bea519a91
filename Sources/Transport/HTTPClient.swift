/// Speaks HTTP/1.1 to servers, over connections that it keeps.
///
/// libcurl runs on the client's own thread; tasks merely wait. A cancelled task gets
/// ``HTTPError/cancelled`` at once.
package final class HTTPClient: Sendable {
    private let loop: TransferLoop

    /// Starts the client's thread, which ends with the client.
    ///
    /// With a `network`, it connects to no other addresses than those, and to those itself: a proxy
    /// would hide them.
    package init(
        timeouts: HTTPTimeouts = HTTPTimeouts(), proxy: HTTPProxy = .none,
        trust: ClientTrust = ClientTrust(), network: NetworkGuard? = nil
    ) {
        let settings = TransferSettings(
            timeouts: timeouts, proxy: network == nil ? proxy : .none, trust: trust,
            network: network)
        loop = TransferLoop(settings)
    }

    deinit { loop.close() }

    /// Sends `request` and keeps the whole answer in memory, whatever its status.
    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        try await perform(request, flow: nil, wishes: TransferWishes())
    }

    /// Sends `request` and hands the body of a successful answer to `sink`, piece by piece.
    ///
    /// Before the first piece, `begin` hears the answer's status and headers. The server is held
    /// back while `sink` is busy. The body of any other answer is in the response. Throws
    /// ``HTTPError``, or whatever `begin` and `sink` throw.
    package func stream(
        _ request: HTTPRequest, begin: (HTTPResponse) throws -> Void = { _ in },
        to sink: (consuming [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        let flow = ChunkFlow()
        let wishes = TransferWishes()
        async let response = perform(request, flow: flow, wishes: wishes)
        var isBegun = false
        for await chunk in flow.chunks {
            if !isBegun, let head = flow.head {
                isBegun = true
                try begin(head)
            }
            let count = chunk.count
            try await sink(chunk)
            if flow.consumed(count) {
                wishes.resume()
                loop.wake()
            }
        }
        return try await response
    }

    private func perform(
        _ request: HTTPRequest, flow: ChunkFlow?, wishes: TransferWishes
    ) async throws(HTTPError) -> HTTPResponse {
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.submit(
                    Transfer(request, flow: flow, wishes: wishes, completion: continuation))
            }
        } onCancel: {
            wishes.cancel()
            loop.wake()
        }
        return try outcome.get()
    }
}
