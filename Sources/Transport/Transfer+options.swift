import CCurl
import Foundation

extension Transfer {
    /// Tells libcurl what to do; the options are of the right types, so setting them cannot fail.
    func setOptions(
        of easy: UnsafeMutableRawPointer, _ timeouts: HTTPTimeouts, _ proxy: HTTPProxy
    ) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        curl_easy_set_text(easy, CURLOPT_URL, request.url)
        curl_easy_set_pointer(easy, CURLOPT_ERRORBUFFER, words)
        curl_easy_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        curl_easy_set_text(easy, CURLOPT_USERAGENT, "pipeline")
        // Over TLS, libcurl would offer HTTP/2, where all transfers share one connection: an upload
        // could hold up the small requests beside it.
        curl_easy_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        // An empty name says that there is none; libcurl asks the environment when told nothing.
        if proxy == .none { curl_easy_set_text(easy, CURLOPT_PROXY, "") }
        // Timeouts by signals would hit the whole process.
        curl_easy_set_long(easy, CURLOPT_NOSIGNAL, 1)
        curl_easy_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
        curl_easy_set_preparer(easy, socketPreparer)

        curl_easy_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, timeouts.connect.milliseconds)
        curl_easy_set_long(easy, CURLOPT_LOW_SPEED_LIMIT, timeouts.rate)
        curl_easy_set_long(
            easy, CURLOPT_LOW_SPEED_TIME, max(1, timeouts.silence.milliseconds / 1000))
        if let deadline = request.deadline {
            curl_easy_set_long(easy, CURLOPT_TIMEOUT_MS, max(1, deadline.milliseconds))
        }

        setLimits(of: easy)
        curl_easy_set_receiver(easy, CURLOPT_WRITEFUNCTION, bodyReceiver)
        curl_easy_set_pointer(easy, CURLOPT_WRITEDATA, context)
        curl_easy_set_receiver(easy, CURLOPT_HEADERFUNCTION, headerReceiver)
        curl_easy_set_pointer(easy, CURLOPT_HEADERDATA, context)

        switch request.method {
        case .get:
            curl_easy_set_long(easy, CURLOPT_HTTPGET, 1)
        case .post:
            curl_easy_set_long(easy, CURLOPT_POST, 1)
            curl_easy_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body?.size ?? 0))
        case .put:
            curl_easy_set_long(easy, CURLOPT_UPLOAD, 1)
            curl_easy_set_size(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(body?.size ?? 0))
        case .delete:
            curl_easy_set_text(easy, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
        curl_easy_set_sender(easy, bodySender)
        curl_easy_set_pointer(easy, CURLOPT_READDATA, context)
        curl_easy_set_seeker(easy, bodySeeker)
        curl_easy_set_pointer(easy, CURLOPT_SEEKDATA, context)
    }
}

extension Transfer {
    /// Where the request may go, and what of the resource it wants.
    private func setLimits(of easy: UnsafeMutableRawPointer) {
        if request.redirects > 0, request.signer == nil {
            let isSecure = request.url.lowercased().hasPrefix("https:")
            curl_easy_set_long(easy, CURLOPT_FOLLOWLOCATION, 1)
            curl_easy_set_long(easy, CURLOPT_MAXREDIRS, request.redirects)
            curl_easy_set_text(
                easy, CURLOPT_REDIR_PROTOCOLS_STR, isSecure ? "https" : "http,https")
        }
        if let range = request.range, !range.isEmpty {
            curl_easy_set_text(
                easy, CURLOPT_RANGE, "\(range.lowerBound)-\(range.upperBound - 1)")
        }
        guard network != nil else { return }
        curl_easy_set_long(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        curl_easy_set_opener(easy, socketOpener)
        curl_easy_set_pointer(
            easy, CURLOPT_OPENSOCKETDATA, Unmanaged.passUnretained(self).toOpaque())
    }
}

/// Has the system take no more of a body than it is about to send.
///
/// It would take all of a result at once, and libcurl, which measures what it gives away, would hear
/// nothing for minutes while a slow link carries it, call that silence, and begin anew, for ever.
private let socketPreparer: curl_sockopt_callback = { _, socket, _ in
    var unsent: CInt = 16 << 10
    setsockopt(
        socket, CInt(IPPROTO_TCP), TCP_NOTSENT_LOWAT, &unsent, socklen_t(MemoryLayout<CInt>.size))
    return CInt(CURL_SOCKOPT_OK)
}

/// Opens a socket to an address that the transfer's guard permits.
///
/// libcurl asks after it has resolved the name and before it connects, for each address of each
/// host that a request comes to, redirects included: what is judged is the very address that is
/// then connected to.
private let socketOpener: curl_opensocket_callback = { context, _, address in
    guard let address, let judged = IPAddress(curl: address),
        transfer(context)?.permits(judged) == true
    else { return curl_socket_t(CURL_SOCKET_BAD) }
    let place = address.pointee
    return socket(place.family, place.socktype | CInt(SOCK_CLOEXEC.rawValue), place.protocol)
}

/// The transfer behind a callback's context, which outlives the libcurl handle.
private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}

private let bodyReceiver: curl_receiver = { bytes, size, count, context in
    transfer(context)?.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
}

private let headerReceiver: curl_receiver = { bytes, size, count, context in
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return transfer(context)?.receiveHeader(line) == true ? size * count : 0
}

private let bodySender: curl_sender = { room, size, count, context in
    transfer(context)?.send(
        into: UnsafeMutableRawBufferPointer(start: room, count: size * count)) ?? 0
}

private let bodySeeker: curl_seeker = { context, offset, origin in
    guard origin == SEEK_SET, transfer(context)?.seek(to: Int(offset)) == true else {
        return CURL_SEEKFUNC_FAIL
    }
    return CURL_SEEKFUNC_OK
}

extension Duration {
    /// The duration in whole milliseconds.
    var milliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
