/// What a token's bearer may do.
package enum Role: String, Sendable, Hashable, Codable, CaseIterable {
    /// May look: status, reports, exports.
    case viewer
    /// May look, submit runs and steer them.
    case submitter
    /// May lease shards, read their images and report results.
    case worker
    /// May do what a submitter may, make and revoke tokens, and copy the job store.
    case admin
}

/// A bearer token: 32 random bytes behind a prefix that tells its role.
///
/// Only its SHA-256 is stored: the bytes are random, so a slow hash would add nothing.
package struct BearerToken: Sendable, Hashable {
    /// The token as it is sent: `pl_`, the first letter of its role, `_`, then 64 hexadecimal
    /// digits.
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

extension BearerToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Its prefix alone: whatever prints, logs or mirrors a token shows no secret.
    package var description: String { "\(text.prefix(5))…" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A token as a store knows it; times are in seconds since 1970.
package struct TokenRecord: Sendable, Hashable {
    /// The SHA-256 of the token.
    package var digest: SHA256Digest
    /// What its bearer may do.
    package var role: Role
    /// What it is for, such as `default`.
    package var name: String
    /// When it was made; nil for one from before that was noted.
    package var created: Int?
    /// From when on it opens nothing; nil when it never ends.
    package var expires: Int?
    /// When it was last shown, give or take a minute; nil when it never was.
    package var lastUsed: Int?
    /// When it was revoked; nil when it was not.
    package var revoked: Int?

    /// Names every field.
    package init(
        digest: SHA256Digest, role: Role, name: String, created: Int? = nil, expires: Int? = nil,
        lastUsed: Int? = nil, revoked: Int? = nil
    ) {
        self.digest = digest
        self.role = role
        self.name = name
        self.created = created
        self.expires = expires
        self.lastUsed = lastUsed
        self.revoked = revoked
    }

    /// Whether it opens anything at `time`.
    package func state(at time: Int) -> TokenState {
        if revoked != nil { return .revoked }
        return expires.map { $0 <= time } ?? false ? .expired : .valid
    }
}

/// Whether a token opens anything.
package enum TokenState: String, Sendable, Hashable, Codable {
    /// It opens what its role allows.
    case valid
    /// Its time is over.
    case expired
    /// Somebody has taken it back.
    case revoked
}

/// Where tokens are kept.
package protocol TokenStore: Sendable {
    /// Adds a token, or replaces the one of the same name and role.
    func add(_ token: TokenRecord) async throws
    /// Adds a token under a name and role that no valid one has, or the same token once more.
    ///
    /// Throws ``StoreError/tokenExists(name:role:)`` when another token is valid under them at
    /// `time`, in seconds since 1970.
    func issue(_ token: TokenRecord, at time: Int) async throws
    /// The token whose SHA-256 this is, if there is one, valid or not.
    func token(_ digest: SHA256Digest) async throws -> TokenRecord?
    /// Every token, by name and role.
    func tokens() async throws -> [TokenRecord]
    /// Takes back the tokens of that name, of one role or of all; how they are now.
    ///
    /// One that was revoked before stays as it was. Throws ``StoreError/unknownToken(name:)`` when
    /// there is none of that name and role.
    func revoke(_ name: String, _ role: Role?, at time: Int) async throws -> [TokenRecord]
    /// Notes that a token was shown at `time`.
    func used(_ digest: SHA256Digest, at time: Int) async throws
}
