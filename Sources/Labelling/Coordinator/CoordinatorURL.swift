import Foundation

/// Where a coordinator listens: scheme, host and port, without a path.
package struct CoordinatorURL: Sendable, Hashable, CustomStringConvertible {
    /// The URL without a slash at its end.
    package let text: String

    /// Reads a URL such as `http://10.0.0.5:8080`; throws ``ClientError/badURL(_:detail:)``.
    package init(_ text: String) throws(ClientError) {
        // What is refused is shown without its secrets.
        let shown = text.split(separator: "@").last.map(String.init) ?? text
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme)
        else { throw .badURL(shown, detail: "it begins with neither http:// nor https://") }
        guard let host = parts.host, !host.isEmpty else {
            throw .badURL(shown, detail: "it names no host")
        }
        guard parts.user == nil, parts.password == nil else {
            throw .badURL(shown, detail: "a password does not belong there; the token is enough")
        }
        guard parts.query == nil, parts.fragment == nil, ["", "/"].contains(parts.path) else {
            throw .badURL(shown, detail: "it goes on after host and port")
        }
        self.text = "\(scheme)://\(host)" + (parts.port.map { ":\($0)" } ?? "")
    }

    package var description: String { text }
}
