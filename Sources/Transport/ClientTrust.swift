import CCurl

/// Whom a client trusts over TLS, and how it proves who it is; PEM files all of them.
package struct ClientTrust: Sendable, Hashable {
    /// The authority that the server's certificate must come from; nil for those that this system
    /// trusts.
    package var authority: String?
    /// The client's own certificate, for a server that asks for one.
    package var certificate: String?
    /// The private key of that certificate.
    package var key: String?

    /// Names every file; without any, only the system's authorities are trusted.
    package init(authority: String? = nil, certificate: String? = nil, key: String? = nil) {
        self.authority = authority
        self.certificate = certificate
        self.key = key
    }

    /// Tells libcurl, which copies the paths and reads the files for each connection.
    func apply(to easy: UnsafeMutableRawPointer) {
        // Its own defaults, stated: peer and host name are checked, and nothing turns that off.
        curl_easy_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
        curl_easy_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
        curl_easy_set_long(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        if let authority { curl_easy_set_text(easy, CURLOPT_CAINFO, authority) }
        if let certificate { curl_easy_set_text(easy, CURLOPT_SSLCERT, certificate) }
        if let key { curl_easy_set_text(easy, CURLOPT_SSLKEY, key) }
    }
}
