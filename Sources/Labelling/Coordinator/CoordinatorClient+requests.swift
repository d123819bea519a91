import Foundation
import PipelineCore
import Transport

extension CoordinatorClient {
    /// A request of the protocol to `path`, with the token that opens it.
    func request(
        _ method: HTTPRequest.Method, _ path: String, headers: [HTTPRequest.Header] = [],
        body: HTTPBody? = nil, limit: Int = 16 << 20, deadline: Duration? = .seconds(60)
    ) -> HTTPRequest {
        // A line break in a token must not become another header.
        let secret = token.value.text.filter { $0.isASCII && !$0.isWhitespace && $0 != "\0" }
        let standing: [HTTPRequest.Header] = [
            ("Authorization", "Bearer \(secret)"),
            ("Pipeline-Protocol", String(protocolVersion)),
        ]
        return HTTPRequest(
            method, url.text + path, headers: standing + headers, body: body, limit: limit,
            deadline: deadline)
    }

    /// A request whose body is `value` as JSON.
    func request(
        _ method: HTTPRequest.Method, _ path: String, json value: some Encodable,
        deadline: Duration = .seconds(60)
    ) throws(ClientError) -> HTTPRequest {
        do {
            let body = [UInt8](try JSONEncoder().encode(value))
            return request(
                method, path, headers: [("Content-Type", "application/json")], body: .bytes(body),
                deadline: deadline)
        } catch {
            throw .malformed(url: url.text, detail: "the request cannot be written: \(error)")
        }
    }

    /// Sends a request whose answer is JSON.
    func fetch<Answer: Decodable>(
        _ request: HTTPRequest, as type: Answer.Type = Answer.self
    ) async throws(ClientError) -> Answer {
        try decode(type, from: try await send(request).body)
    }

    /// Reads one JSON value.
    func decode<Answer: Decodable>(
        _ type: Answer.Type, from bytes: some Sequence<UInt8>
    ) throws(ClientError) -> Answer {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw .malformed(url: url.text, detail: "\(error)")
        }
    }
}
