/// What is the same for all transfers of a client.
struct TransferSettings: Sendable {
    let timeouts: HTTPTimeouts
    let proxy: HTTPProxy
    let trust: ClientTrust
    let network: NetworkGuard?
}

/// How long a transfer waits for what.
package struct HTTPTimeouts: Sendable {
    /// For the connection.
    package var connect: Duration
    /// For a byte, in either direction, before the server counts as gone.
    package var silence: Duration
    /// How many bytes a second count as silence if they are fewer, over as long a time.
    package var rate: Int

    /// Names every field.
    package init(
        connect: Duration = .seconds(5), silence: Duration = .seconds(60), rate: Int = 1
    ) {
        self.connect = connect
        self.silence = silence
        self.rate = rate
    }
}

/// Through whom requests go.
package enum HTTPProxy: Sendable {
    /// Nobody: the server stands beside us, where a proxy meant for the Internet would not find it.
    case none
    /// Whoever the environment names: `https_proxy`, `all_proxy`, and not for hosts in `no_proxy`.
    case environment
}
