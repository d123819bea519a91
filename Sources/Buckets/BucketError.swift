package import Transport

/// Why an object store did not do what it was asked.
package enum BucketError: Error, Sendable, Equatable {
    /// There is no such object.
    case missing
    /// The object is not in the state that was asked for.
    case changed
    /// The object is larger than is taken.
    case tooLarge
    /// The store refuses us, or has no such bucket: its own word, such as `AccessDenied`, and the
    /// status.
    case refused(code: String, status: Int)
    /// The store does not answer, or only that it cannot: how often it was asked, and what came.
    case unreachable(String)
    /// The store's address is one that this host does not connect to.
    case blocked(IPAddress)
    /// What the store answered is not what belongs there.
    case malformed(String)
    /// The file with the keys is of no use.
    case badKeys(path: String, String)
    /// The file to be sent cannot be read.
    case unreadable(path: String, String)
    /// Whoever asked no longer wants the answer.
    case cancelled
}

extension BucketError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing: "there is no such object"
        case .changed: "the object has changed"
        case .tooLarge: "the object is larger than is taken"
        case .refused("NoSuchBucket", _): "there is no such bucket; check its name and the endpoint"
        case .refused(let code, let status):
            "the object store refuses the request: \(code) (\(status)); check the keys in "
                + "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or --s3-keys, what they may do, and "
                + "the region"
        case .unreachable(let words): "the object store does not answer: \(words)"
        case .blocked(let address):
            "the object store is at \(address), an address of a private network; "
                + "--allow-net permits it"
        case .malformed(let words): "the object store's answer cannot be read: \(words)"
        case .badKeys(let path, let words): "the file of keys '\(path)' is of no use: \(words)"
        case .unreadable(let path, let words): "'\(path)' cannot be read: \(words)"
        case .cancelled: "the request was cancelled"
        }
    }
}
