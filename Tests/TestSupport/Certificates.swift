import Foundation

/// Certificates of an authority of their own, made by the `openssl` program for one test.
package struct Certificates: Sendable {
    private let folder = TemporaryFolder()

    /// Makes the authority.
    package init() throws {
        try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", folder.file("ca.key"), "-out", authority, "-subj", "/CN=test authority",
            "-days", "2", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    }

    /// The authority's own certificate.
    package var authority: String { folder.file("ca.pem") }

    /// The path of the certificate that was made under that name.
    package func certificate(_ name: String) -> String { folder.file(name + ".pem") }

    /// The path of that certificate's key.
    package func key(_ name: String) -> String { folder.file(name + ".key") }

    /// Makes a certificate and its key; `names` are the hosts that it is for, such as
    /// `IP:127.0.0.1`, and `days` how long it counts, none for one whose time is over.
    package func make(_ name: String, names: String = "IP:127.0.0.1", days: Int = 1) throws {
        let (request, extensions) = (folder.file("request.pem"), name + ".ext")
        try folder.write("subjectAltName=\(names)\n", to: extensions)
        try openssl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", key(name), "-out", request, "-subj", "/CN=\(name)")
        try openssl(
            "x509", "-req", "-in", request, "-CA", authority, "-CAkey", folder.file("ca.key"),
            "-CAcreateserial", "-out", certificate(name), "-days", "\(days)", "-extfile",
            folder.file(extensions))
    }

    private func openssl(_ words: String...) throws {
        let outcome = try Command.run(
            ["sh", "-c", #"umask 077; exec openssl "$@" 2>/dev/null"#, "openssl"] + words)
        guard outcome.status == 0 else { throw CocoaError(.executableLoad) }
    }
}
