import CCurl
import Foundation

/// One exchange with a server, in the hands of a ``TransferLoop``.
///
/// It is made by a task and then belongs to the loop's thread alone, which is why it may be passed
/// from one to the other; what tasks ask of it afterwards goes through its ``wishes``.
final class Transfer: @unchecked Sendable {
    typealias Outcome = Result<HTTPResponse, HTTPError>

    let request: HTTPRequest
    private let flow: ChunkFlow?
    let wishes: TransferWishes
    private let completion: CheckedContinuation<Outcome, Never>

    private(set) var easy: UnsafeMutableRawPointer?
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private(set) var body: RequestBody?
    private var response = HTTPResponse(status: 0)
    private var isTooLarge = false
    private(set) var network: NetworkGuard?
    /// The address that no connection was made to, because the guard does not permit it.
    private var blocked: IPAddress?
    let words = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    /// Sends `request`; a successful answer's body goes to `flow` if there is one.
    init(
        _ request: HTTPRequest, flow: ChunkFlow?, wishes: TransferWishes,
        completion: CheckedContinuation<Outcome, Never>
    ) {
        self.request = request
        self.flow = flow
        self.wishes = wishes
        self.completion = completion
        words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit { words.deallocate() }

    /// Makes the libcurl handle that carries the request out.
    func open(_ settings: TransferSettings) throws(HTTPError) -> UnsafeMutableRawPointer {
        network = settings.network
        body = try request.body.map { body throws(HTTPError) in try RequestBody(body) }
        guard let easy = curl_easy_init() else { throw .unusable("libcurl has no memory left") }
        self.easy = easy
        for (name, value) in request.headers {
            headerList = curl_slist_append(headerList, "\(name): \(value)") ?? headerList
        }
        // Left alone, libcurl waits a second for a `100 Continue` before a long body. It would sign
        // a header that is not sent, too, and buckets do answer.
        if request.signer == nil {
            headerList = curl_slist_append(headerList, "Expect:") ?? headerList
        }
        setOptions(of: easy, settings.timeouts, settings.proxy)
        if let signer = request.signer {
            for line in signer.apply(to: easy) {
                headerList = curl_slist_append(headerList, line) ?? headerList
            }
        }
        curl_easy_set_list(easy, CURLOPT_HTTPHEADER, headerList)
        settings.trust.apply(to: easy)
        return easy
    }

    /// Ends the exchange as libcurl's `code` says, and tells whoever waits.
    func close(_ code: CURLcode) {
        if code == CURLE_OK {
            response.status = status
            end(.success(response))
        } else if let blocked {
            end(.failure(.blocked(blocked)))
        } else if isTooLarge {
            end(.failure(.tooLarge(limit: request.limit)))
        } else {
            end(.failure(body?.failure ?? HTTPError(code, words: String(cString: words))))
        }
    }

    /// Ends the exchange with `outcome`; called once.
    func end(_ outcome: Outcome) {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
        easy = nil
        headerList = nil
        body = nil
        flow?.finish()
        completion.resume(returning: outcome)
    }

    private var status: Int {
        var status = 0
        curl_easy_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        return status
    }

    /// Whether a connection may be made to `address`.
    func permits(_ address: IPAddress) -> Bool {
        guard let network, !network.permits(address) else { return true }
        blocked = address
        return false
    }

    /// Keeps a line of the answer's header; false where it announces more than is wanted.
    func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        let text = String(decoding: line, as: UTF8.self)
        guard let colon = text.firstIndex(of: ":") else {
            // A status line begins the header anew: what came before was a `100 Continue`.
            if text.hasPrefix("HTTP/") { response.headers = [:] }
            return true
        }
        let name = text[..<colon].lowercased()
        let value = text[text.index(after: colon)...].trimmingCharacters(
            in: .whitespacesAndNewlines)
        response.headers[name] = value
        if name == "content-length", flow == nil, let length = Int(value), length >= 0 {
            guard length <= request.limit else {
                isTooLarge = true
                return false
            }
            response.body.reserveCapacity(length)
        }
        return true
    }

    /// Keeps or passes on a piece of the answer's body; the number of bytes taken.
    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        response.status = status
        if let flow, response.isSuccess {
            flow.begin(response)
            return flow.offer(bytes) ? bytes.count : Int(CURL_WRITEFUNC_PAUSE)
        }
        guard response.body.count + bytes.count <= request.limit else {
            isTooLarge = true
            return 0
        }
        response.body.append(contentsOf: bytes)
        return bytes.count
    }

    /// Fills `room` with the next bytes of the request's body.
    func send(into room: UnsafeMutableRawBufferPointer) -> Int {
        guard let body else { return 0 }
        return body.read(into: room) ?? Int(CURL_READFUNC_ABORT)
    }

    func seek(to offset: Int) -> Bool { body?.seek(to: offset) ?? false }
}
