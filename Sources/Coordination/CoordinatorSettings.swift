import Glibc
import NIOCore

/// Where a coordinator listens, and how long a lease holds.
package struct CoordinatorSettings: Sendable {
    /// The address to listen at; by default only this machine can reach it.
    package var host: String
    /// The TCP port; 0 takes any free one.
    package var port: Int
    /// How long a lease holds without a heartbeat.
    package var leaseTerm: Duration
    /// Answers without asking for tokens; only possible on a loopback address.
    package var insecureNoAuth: Bool
    /// How many connections may be open at once; further ones wait to be accepted.
    package var maximumConnections: Int
    /// How the connections are secured; nil for plain HTTP.
    package var security: TransportSecurity?
    /// The version of the program, for those who ask.
    package var version: String
    /// How often callers may ask.
    var rates = RequestRates()
    /// What is asked of connections.
    var connections = ConnectionLimits()

    /// The defaults listen at any free port of 127.0.0.1, with tokens and leases of a minute.
    package init(
        host: String = "127.0.0.1", port: Int = 0, leaseTerm: Duration = .seconds(60),
        insecureNoAuth: Bool = false, maximumConnections: Int = 512,
        security: TransportSecurity? = nil, version: String = "unknown"
    ) {
        self.host = host
        self.port = port
        self.leaseTerm = leaseTerm
        self.insecureNoAuth = insecureNoAuth
        self.maximumConnections = maximumConnections
        self.security = security
        self.version = version
    }

    /// Whether `host` names this machine alone.
    package static func isLoopback(_ host: String) -> Bool {
        var v4 = in_addr()
        if inet_pton(AF_INET, host, &v4) == 1 { return UInt32(bigEndian: v4.s_addr) >> 24 == 127 }
        return host == "::1" || host == "localhost"
    }

    /// Refuses what must not or cannot be.
    func check() throws(CoordinatorError) {
        guard (0...65535).contains(port) else { throw .noSuchPort(port) }
        guard !insecureNoAuth || Self.isLoopback(host) else { throw .openToAll(host) }
    }
}

/// Where a coordinator listens.
package struct CoordinatorAddress: Sendable, Hashable {
    /// The host, as it was asked for.
    package var host: String
    /// The TCP port that was bound.
    package var port: Int
    /// Whether it speaks TLS.
    package var isSecure = false

    /// The address as a client takes it, such as `http://127.0.0.1:7070`.
    package var url: String {
        "http\(isSecure ? "s" : "")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}

/// Why a coordinator does not start.
package enum CoordinatorError: Error, Sendable, Equatable {
    /// Another program listens there.
    case portTaken(host: String, port: Int)
    /// Ports below 1024 are for root.
    case notPermitted(port: Int)
    /// The address is not one of this machine.
    case notOurs(host: String)
    /// The host's name leads nowhere.
    case noSuchHost(String, detail: String)
    /// A port is a number from 0 to 65535.
    case noSuchPort(Int)
    /// Without tokens, everybody who reaches the address could do everything.
    case openToAll(String)
    /// A certificate, its key or an authority is not to be used.
    case badCertificate(path: String, detail: String)
    /// A route would be served of which nobody has said who may use it.
    case undeclared([String])
    /// The system refused in its own words.
    case failed(String)

    init(_ error: IOError, settings: CoordinatorSettings) {
        self =
            switch error.errnoCode {
            case EADDRINUSE: .portTaken(host: settings.host, port: settings.port)
            case EACCES, EPERM: .notPermitted(port: settings.port)
            case EADDRNOTAVAIL: .notOurs(host: settings.host)
            default: .failed("\(error)")
            }
    }
}

extension CoordinatorError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .portTaken(let host, let port):
            "port \(port) of '\(host)' is taken by another program; "
                + "choose another port, or 0 for any free one"
        case .notPermitted(let port):
            "port \(port) may not be opened by this user; choose one above 1023"
        case .notOurs(let host):
            "'\(host)' is not an address of this machine; "
                + "'127.0.0.1' serves this machine alone, '0.0.0.0' every network it is in"
        case .noSuchHost(let host, let detail):
            "the host '\(host)' cannot be found: \(detail)"
        case .noSuchPort(let port):
            "\(port) is not a port; choose one from 1 to 65535, or 0 for any free one"
        case .openToAll(let host):
            "without tokens everybody who reaches '\(host)' could read and change everything; "
                + "keep the tokens, or listen at 127.0.0.1"
        case .badCertificate(let path, let detail):
            "the file '\(path)' cannot secure connections: \(detail)"
        case .undeclared(let routes):
            "nobody has declared who may use \(routes.joined(separator: ", "))"
        case .failed(let words):
            "the coordinator cannot listen: \(words)"
        }
    }
}
