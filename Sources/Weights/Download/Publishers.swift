import Foundation

/// Where files of weights are fetched from: their publishers, or one mirror of them all.
///
/// Publishers say only the beginning of a file's SHA-256, so the way to them is part of what makes
/// a file trustworthy: it is encrypted, but for this machine itself and for a mirror that its user
/// named as it is.
struct Publishers: Sendable {
    /// The setting that names a mirror.
    static let setting = "PIPELINE_WEIGHTS_MIRROR"

    private let mirror: String?

    init(environment: [String: String]) {
        mirror = environment[Self.setting].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Where the file that is published at `url` is fetched from: there, or at its name beneath the
    /// mirror.
    func address(of url: String) throws(WeightError) -> URL {
        guard let mirror else {
            guard let address = Self.address(url), isAllowed(address, from: nil) else {
                throw .badAddress(url, "it is no https address")
            }
            return address
        }
        guard let base = Self.address(mirror) else {
            throw .badAddress(
                mirror,
                "\(Self.setting) should be an address such as https://mirror.example/weights")
        }
        return base.appending(path: String(url.split(separator: "/").last ?? ""))
    }

    /// Where an answer from `url` leads on to; throws when it leads nowhere, or out of what is
    /// encrypted.
    func next(after url: URL, location: String?) throws(WeightError) -> URL {
        let shown = url.withoutSecrets
        guard let location, !location.isEmpty, let target = URL(string: location, relativeTo: url),
            let next = Self.address(target.absoluteString)
        else { throw .badAddress(shown, "its answer leads to no address of the web") }
        guard isAllowed(next, from: url) else {
            throw .badAddress(
                shown, "its answer leads to \(next.withoutSecrets), which is not encrypted")
        }
        return next
    }

    /// Plain HTTP is good for this machine and for the mirror, and nothing that came over HTTPS
    /// leads to it.
    private func isAllowed(_ next: URL, from previous: URL?) -> Bool {
        if next.scheme == "https" { return true }
        if previous?.scheme == "https" { return false }
        let mirror = mirror.flatMap(Self.address)
        return Self.isLoopback(next)
            || (next.host() == mirror?.host() && next.port == mirror?.port)
    }

    /// Whether an address is this machine's own.
    static func isLoopback(_ url: URL) -> Bool {
        let host = url.host() ?? ""
        let isNumber = host.utf8.allSatisfy {
            $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0)
        }
        return host == "localhost" || host == "::1" || (isNumber && host.hasPrefix("127."))
    }

    /// The text as an address of the web; nil when it is none.
    private static func address(_ text: String) -> URL? {
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(),
            scheme == "https" || scheme == "http", url.host()?.isEmpty == false
        else { return nil }
        var parts = URLComponents(url: url, resolvingAgainstBaseURL: true)
        parts?.scheme = scheme
        return parts?.url
    }
}

extension URL {
    /// The address without what may open it: passwords, and queries that carry signatures.
    var withoutSecrets: String {
        var parts = URLComponents(url: self, resolvingAgainstBaseURL: true)
        parts?.user = nil
        parts?.password = nil
        parts?.query = nil
        parts?.fragment = nil
        return parts?.string ?? "an address"
    }
}
