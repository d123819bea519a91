/// What a token's bearer may do.
package enum Role: String, Sendable, Hashable, Codable, CaseIterable {
    /// May look: status, reports, exports.
    case viewer
    /// May look and submit runs.
    case submitter
    /// May lease shards, read their images and report results.
    case worker
}

/// A bearer token: 32 random bytes behind a prefix that tells its role.
///
/// Only its SHA-256 is stored: the bytes are random, so a slow hash would add nothing.
package struct BearerToken: Sendable, Hashable {
    /// The token as it is sent: `pl_w_`, `pl_s_` or `pl_v_`, then 64 hexadecimal digits.
    package let text: String

    /// Makes a token of 32 bytes from `generator`.
    package init(role: Role, using generator: inout some RandomNumberGenerator) {
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        text = "pl_\(role.rawValue.prefix(1))_" + hexadecimal(bytes)
    }

    /// Takes over a token that was sent or read from a file.
    package init(text: String) { self.text = text }

    /// What a store keeps of it.
    package var digest: SHA256Digest { SHA256Digest(of: Array(text.utf8)) }
}

/// A token as a store knows it.
package struct TokenRecord: Sendable, Hashable {
    /// The SHA-256 of the token.
    package var digest: SHA256Digest
    /// What its bearer may do.
    package var role: Role
    /// What it is for, such as `default`.
    package var name: String

    /// Names every field.
    package init(digest: SHA256Digest, role: Role, name: String) {
        self.digest = digest
        self.role = role
        self.name = name
    }
}

/// Where tokens are kept.
package protocol TokenStore: Sendable {
    /// Adds a token, or replaces the one of the same name and role.
    func add(_ token: TokenRecord) async throws
    /// The token whose SHA-256 this is, if there is one.
    func token(_ digest: SHA256Digest) async throws -> TokenRecord?
    /// Every token, by name and role.
    func tokens() async throws -> [TokenRecord]
}
