import Foundation
package import PipelineCore
package import Transport

/// Speaks to a coordinator for a worker, a submitter or a viewer, as its token allows.
///
///     let client = CoordinatorClient(try CoordinatorURL("http://10.0.0.5:8080"), token: token)
///     let status = try await client.status(of: run)
///
/// A request that fails for a reason that may pass is sent again as the ``RetryPolicy`` says: every
/// request of the protocol may be repeated without harm.
package struct CoordinatorClient: Sendable {
    /// Where the coordinator listens.
    package let url: CoordinatorURL
    /// When a request is tried again.
    package var retry: RetryPolicy
    /// Told of each failure before the wait that follows it, and of nil once a request succeeds.
    package var notice: (@Sendable (ClientError?) -> Void)?

    let token: Redacted<BearerToken>
    private let http: HTTPClient

    /// A client with connections of its own.
    package init(
        _ url: CoordinatorURL, token: BearerToken, retry: RetryPolicy = RetryPolicy(),
        timeouts: HTTPTimeouts = HTTPTimeouts(), trust: ClientTrust = ClientTrust(),
        notice: (@Sendable (ClientError?) -> Void)? = nil
    ) {
        self.url = url
        self.retry = retry
        self.notice = notice
        self.token = Redacted(token)
        http = HTTPClient(timeouts: timeouts, trust: trust)
    }

    /// Sends a request, again if need be, and gives its successful answer.
    func send(_ request: HTTPRequest) async throws(ClientError) -> HTTPResponse {
        try await retrying { () throws(ClientError) in
            do throws(HTTPError) {
                return try await http.send(request)
            } catch {
                throw ClientError(error, at: url)
            }
        }
    }

    /// Sends a request and hands its successful answer on, piece by piece.
    ///
    /// Once a piece has been handed on, a break is final: it cannot be taken back.
    func stream(
        _ request: HTTPRequest, to sink: (consuming [UInt8]) async throws -> Void
    ) async throws {
        var received = 0
        var sent = 0
        while true {
            sent += 1
            var asked: Duration?
            do {
                let answer = try await http.stream(request) { chunk in
                    received += chunk.count
                    try await sink(chunk)
                }
                asked = answer.retryAfter()
                try check(answer)
                notice?(nil)
                return
            } catch {
                let failure = (error as? HTTPError).map { ClientError($0, at: url) } ?? error
                guard let failure = failure as? ClientError, failure.isTransient, received == 0,
                    retry.allows(retryAfter: sent)
                else { throw failure }
                try await wait(after: failure, retry: sent - 1, asked: asked)
            }
        }
    }

    private func retrying(
        _ attempt: () async throws(ClientError) -> HTTPResponse
    ) async throws(ClientError) -> HTTPResponse {
        var sent = 0
        while true {
            sent += 1
            var asked: Duration?
            do throws(ClientError) {
                let answer = try await attempt()
                asked = answer.retryAfter()
                try check(answer)
                notice?(nil)
                return answer
            } catch {
                guard error.isTransient, retry.allows(retryAfter: sent) else { throw error }
                try await wait(after: error, retry: sent - 1, asked: asked)
            }
        }
    }

    private func wait(
        after failure: ClientError, retry number: Int, asked: Duration?
    ) async throws(ClientError) {
        notice?(failure)
        do {
            try await retry.sleep(retry.delay(beforeRetry: number, retryAfter: asked))
        } catch {
            throw .cancelled
        }
    }
}

extension CoordinatorClient {
    /// The one place an answer that is not a success becomes an error.
    private func check(_ answer: HTTPResponse) throws(ClientError) {
        let theirs = answer.headers["pipeline-protocol"]
        guard !answer.isSuccess || theirs != String(protocolVersion) else { return }
        if let theirs, theirs != String(protocolVersion) {
            throw .otherProtocol(url: url.text, theirs: theirs)
        }
        let problem = try? JSONDecoder().decode(Problem.self, from: Data(answer.body))
        switch answer.status {
        case 401 where problem?.code == "token-ended":
            throw .tokenEnded(url: url.text, detail: problem?.message ?? "")
        case 401: throw .unauthorised(url: url.text)
        case 403 where problem?.code == "worker-quarantined":
            throw .quarantined(url: url.text, detail: problem?.message ?? "")
        case 403 where problem != nil || theirs != nil:
            throw .forbidden(url: url.text, detail: problem?.message ?? "ask for another role")
        default: break
        }
        guard let problem else {
            // A gateway in between may speak for a coordinator that is down for a moment.
            if RetryPolicy.isTransient(status: answer.status) {
                throw .unreachable(url: url.text, detail: "the answer was \(answer.status)")
            }
            throw .otherProtocol(url: url.text, theirs: nil)
        }
        throw .refused(status: answer.status, problem)
    }
}

extension ClientError {
    fileprivate init(_ error: HTTPError, at url: CoordinatorURL) {
        switch error {
        case .connection(let detail), .timeout(let detail):
            self = .unreachable(url: url.text, detail: detail)
        case .unusable(let detail):
            self = .badURL(url.text, detail: detail)
        case .blocked:
            self = .badURL(url.text, detail: error.description)
        case .untrusted(let detail):
            self = .untrusted(url: url.text, detail: detail)
        case .tooLarge:
            self = .malformed(url: url.text, detail: error.description)
        case .unreadable(let path, let detail):
            self = .unreadable(path: path, detail: detail)
        case .cancelled:
            self = .cancelled
        }
    }
}
