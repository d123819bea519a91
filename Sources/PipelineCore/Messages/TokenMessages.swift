/// `POST /v1/tokens`: a token begins to count.
///
/// Whoever makes a token keeps it, and sends its SHA-256 alone: a secret that never travels cannot
/// be overheard, logged or left in a proxy.
package struct TokenRequest: Sendable, Hashable, Codable {
    /// What it is for: 1 to 100 printable bytes without spaces.
    package var name: String
    /// What its bearer may do.
    package var role: Role
    /// The SHA-256 of the token.
    package var digest: SHA256Digest
    /// From when on it opens nothing, in seconds since 1970; nil when it never ends.
    package var expires: Int?

    /// Names every field.
    package init(name: String, role: Role, digest: SHA256Digest, expires: Int? = nil) {
        self.name = name
        self.role = role
        self.digest = digest
        self.expires = expires
    }
}

/// `POST /v1/tokens/revoke`: tokens no longer count.
package struct TokenRevocation: Sendable, Hashable, Codable {
    /// The name of the tokens.
    package var name: String
    /// Their role; nil for all of that name.
    package var role: Role?

    /// Names every field.
    package init(name: String, role: Role? = nil) {
        self.name = name
        self.role = role
    }
}

/// A token as it is told of; times are in seconds since 1970.
package struct TokenStatus: Sendable, Hashable, Codable {
    /// What it is for.
    package var name: String
    /// What its bearer may do.
    package var role: Role
    /// Whether it opens anything.
    package var state: TokenState
    /// The first twelve hexadecimal digits of its SHA-256, which tell which file holds it.
    package var fingerprint: String
    /// When it was made.
    package var created: Int?
    /// From when on it opens nothing.
    package var expires: Int?
    /// When it was last shown, give or take a minute.
    package var lastUsed: Int?
    /// When it was revoked.
    package var revoked: Int?

    /// How `token` stands at `time`.
    package init(_ token: TokenRecord, at time: Int) {
        name = token.name
        role = token.role
        state = token.state(at: time)
        fingerprint = String(token.digest.hex.prefix(12))
        created = token.created
        expires = token.expires
        lastUsed = token.lastUsed
        revoked = token.revoked
    }
}

/// `GET /v1/tokens`: every token, by name and role.
package struct TokenList: Sendable, Hashable, Codable {
    /// The tokens.
    package var tokens: [TokenStatus]

    /// Wraps a list.
    package init(tokens: [TokenStatus]) { self.tokens = tokens }
}

/// `GET /v1/me`: whom the coordinator takes the caller for, and what it is itself.
package struct Introduction: Sendable, Hashable, Codable {
    /// The caller's token; nil where the coordinator asks nobody for one.
    package var token: TokenStatus?
    /// The version of the coordinator's program.
    package var version: String
    /// The version of its protocol.
    package var protocolVersion: Int
    /// Its wall clock, in seconds since 1970.
    package var time: Double

    /// Names every field.
    package init(token: TokenStatus?, version: String, protocolVersion: Int, time: Double) {
        self.token = token
        self.version = version
        self.protocolVersion = protocolVersion
        self.time = time
    }
}
