import CCurl

/// Signs requests as Amazon's services want it, version 4.
///
/// libcurl computes the signature, over the URL as it is: its path must be percent-encoded and its
/// query sorted before. Nothing that describes a signer shows its keys.
package struct RequestSigner: Sendable {
    private let keys: AccessKeys
    private let region: String
    private let service: String
    private let content: String

    /// Signs with `keys` for a service in a region.
    ///
    /// `content` is the SHA-256 of the request's body in hexadecimal digits, which object stores want
    /// to be told and others do not; nil stands for no body.
    package init(keys: AccessKeys, region: String, service: String, content: String? = nil) {
        self.keys = keys
        self.region = region
        self.service = service
        self.content = content ?? Self.nothing
    }

    /// The SHA-256 of no bytes.
    private static let nothing =
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    /// Tells libcurl, and gives the header lines that belong to the keys.
    func apply(to easy: UnsafeMutableRawPointer) -> [String] {
        curl_easy_set_text(easy, CURLOPT_AWS_SIGV4, "aws:amz:\(region):\(service)")
        curl_easy_set_text(easy, CURLOPT_USERNAME, keys.identifier)
        curl_easy_set_text(easy, CURLOPT_PASSWORD, keys.secret)
        // A path is signed as it is sent: no part of a key is a step through folders.
        curl_easy_set_long(easy, CURLOPT_PATH_AS_IS, 1)
        let token = keys.token.map { ["x-amz-security-token: \($0)"] } ?? []
        return service == "s3" ? ["x-amz-content-sha256: \(content)"] + token : token
    }
}

/// What proves to an object store who asks; never printed.
package struct AccessKeys: Sendable {
    let identifier: String
    let secret: String
    let token: String?

    /// An access key's identifier and secret, and for keys that end the token that goes with them.
    package init(identifier: String, secret: String, token: String? = nil) {
        self.identifier = identifier
        self.secret = secret
        self.token = token
    }
}

extension AccessKeys: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<keys>" }
    package var debugDescription: String { "<keys>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
