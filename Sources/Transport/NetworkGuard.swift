/// Which addresses a client connects to that fetches what strangers name.
///
/// Without it, a list of URLs could make a worker ask services of its own network, which trust
/// whoever reaches them. What counts is the address that a connection is really made to: a name may
/// resolve to anything, and to something else the next time.
package struct NetworkGuard: Sendable {
    private let allowed: [AddressRange]

    /// Permits public addresses, and beside them those in the ranges `allowed`.
    package init(allowing allowed: [AddressRange] = []) { self.allowed = allowed }

    /// Whether a connection to `address` may be made.
    package func permits(_ address: IPAddress) -> Bool {
        if allowed.contains(where: { $0.contains(address) }) { return true }
        // One version's address within the other's leads to the same host, and is judged as that.
        if let embedded = address.embedded { return permits(embedded) }
        let ranges = address.bytes.count == 4 ? Self.special4 : Self.special6
        return !ranges.contains { $0.contains(address) }
    }

    /// What IANA's registry of special addresses of version 4 does not call globally reachable, and
    /// multicast.
    private static let special4 = ranges(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4")

    /// All of version 6 but the eighth that is handed out to the public, and in that the parts for
    /// tunnels, tests and examples.
    private static let special6 = ranges(
        "::/3", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "4000::/2", "8000::/1")

    private static func ranges(_ texts: String...) -> [AddressRange] {
        texts.compactMap { AddressRange($0) }
    }
}
