import Foundation
import Transport

/// Fetches one file over HTTP into a ``PartialFile``, and goes on where an answer broke off.
struct FileFetch {
    private static let mostRedirects = 8
    /// Of an answer that is not the file.
    private static let mostWords = 1 << 20

    let http: HTTPClient
    let publishers: Publishers
    let retry: RetryPolicy
    /// More bytes than this are not taken.
    let limit: Int
    /// Hears sentences for a person.
    let tell: @Sendable (String) -> Void
    /// Hears how many bytes are here, and how many there will be where that is known.
    let count: @Sendable (Int, Int?) -> Void

    /// What may be otherwise a little later.
    private struct Trouble: Error {
        let words: String
        var asked: Duration?
    }

    /// Fetches the whole of `address`, as often as the policy allows without a new byte.
    ///
    /// Throws ``WeightError``, ``WeightMismatch`` for more bytes than are allowed, or
    /// `CancellationError`.
    func run(_ address: URL, into file: PartialFile) async throws {
        var furthest = file.size
        var failures = 0
        while true {
            do {
                return try await attempt(address, into: file)
            } catch let trouble as Trouble {
                failures = file.size > furthest ? 1 : failures + 1
                furthest = max(furthest, file.size)
                guard retry.allows(retryAfter: failures) else {
                    throw WeightError.unreachable(address.withoutSecrets, trouble.words)
                }
                tell("\(address.host() ?? "the server"): \(trouble.words); trying again")
                try await retry.sleep(
                    retry.delay(beforeRetry: failures - 1, retryAfter: trouble.asked))
            }
        }
    }

    private func attempt(_ address: URL, into file: PartialFile) async throws {
        var url = address
        for _ in 0...Self.mostRedirects {
            var total: Int?
            var isBegun = false
            let answer = try await ask(url, from: file.size, version: file.version) { head in
                isBegun = true
                total = try begin(head, file)
                count(file.size, total)
            } to: { piece in
                guard file.size + piece.count <= min(limit, total ?? limit) else {
                    throw WeightMismatch.longer(than: min(limit, total ?? limit))
                }
                try file.append(piece)
                count(file.size, total)
            }
            switch answer.status {
            case 301, 302, 303, 307, 308:
                url = try publishers.next(after: url, location: answer.headers["location"])
            case 200, 206:
                // An empty file has no first piece.
                if !isBegun { total = try begin(answer, file) }
                guard total == nil || file.size == total else {
                    throw Trouble(words: "its answer was only a part of the file")
                }
                return
            case 416 where ContentRange(answer.headers["content-range"])?.total == file.size:
                return
            case 416:
                try file.restart(version: nil)
                throw Trouble(words: "what had come before is not a part of its file")
            case let status where RetryPolicy.isTransient(status: status):
                throw Trouble(words: "the answer was \(status)", asked: answer.retryAfter())
            case let status:
                throw WeightError.notServed(url.withoutSecrets, "the answer was \(status)")
            }
        }
        throw WeightError.badAddress(
            address.withoutSecrets, "it leads on and on, more than \(Self.mostRedirects) times")
    }

    /// Asks for what follows `offset`, if the server has still the same version.
    private func ask(
        _ url: URL, from offset: Int, version: String?,
        begin: (HTTPResponse) throws -> Void, to sink: (consuming [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        var headers: [HTTPRequest.Header] = []
        if offset > 0 {
            headers.append(("Range", "bytes=\(offset)-"))
            if let version { headers.append(("If-Range", version)) }
        }
        let request = HTTPRequest(
            .get, url.absoluteString, headers: headers, limit: Self.mostWords, deadline: nil)
        do {
            return try await http.stream(request, begin: begin, to: sink)
        } catch let error as HTTPError {
            switch error {
            case .connection(let words), .timeout(let words): throw Trouble(words: words)
            case .cancelled: throw CancellationError()
            case .tooLarge, .unusable, .blocked, .untrusted, .unreadable:
                throw WeightError.notServed(url.withoutSecrets, error.description)
            }
        }
    }

    /// Makes `file` ready for what `head` announces, and tells the size of the whole.
    private func begin(_ head: HTTPResponse, _ file: PartialFile) throws -> Int? {
        let total: Int?
        if head.status == 206 {
            let range = ContentRange(head.headers["content-range"])
            guard let range, range.start == file.size else {
                // Without a range in the next request, nothing can be misplaced.
                try file.restart(version: nil)
                throw Trouble(words: "its answer was another part of the file")
            }
            file.goOn()
            total = range.total
        } else {
            if file.size > 0 { tell("the server begins anew, and so do we") }
            try file.restart(version: Self.version(head))
            total = head.headers["content-length"].flatMap(Int.init)
        }
        if let total, total > limit { throw WeightMismatch.longer(than: limit) }
        return total
    }

    /// What `If-Range` may hold: an entity tag that is not weak, else the date of the last change.
    private static func version(_ head: HTTPResponse) -> String? {
        if let tag = head.headers["etag"], tag.hasPrefix("\"") { return tag }
        return head.headers["last-modified"]
    }
}
