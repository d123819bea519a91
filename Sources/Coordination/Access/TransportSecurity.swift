import Foundation
import Glibc
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import Synchronization

/// How a coordinator proves who it is, and whom it lets connect; PEM files all of them.
package struct TransportSecurity: Sendable, Hashable {
    /// The coordinator's certificate, and after it those that lead to its authority.
    package var certificate: String
    /// The certificate's private key, which not everybody may be able to read.
    package var key: String
    /// The authority whose certificates clients must show; nil when they need none.
    package var clientAuthority: String?

    /// Names every file.
    package init(certificate: String, key: String, clientAuthority: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.clientAuthority = clientAuthority
    }

    /// The server's side of TLS 1.2 or later.
    ///
    /// Certificate and key are read again when their files change, so that they can be renewed
    /// beneath a coordinator that runs. Throws ``CoordinatorError/badCertificate(path:detail:)``.
    func configuration(_ logger: Logger) throws(CoordinatorError) -> TLSConfiguration {
        let identity = try ServerIdentity(self, logger)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: identity.current.chain, privateKey: identity.current.key)
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        configuration.sslContextCallback = { _, promise in
            promise.succeed(identity.override())
        }
        if let clientAuthority {
            let authority = try Self.certificates(in: clientAuthority)
            // Clients have no names that could be compared; the token says who they are.
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .certificates(authority)
            configuration.sendCANameList = true
        }
        return configuration
    }

    /// The certificates in a PEM file.
    static func certificates(in path: String) throws(CoordinatorError) -> [NIOSSLCertificate] {
        guard access(path, R_OK) == 0 else {
            throw .badCertificate(path: path, detail: String(cString: strerror(errno)))
        }
        do {
            let certificates = try NIOSSLCertificate.fromPEMFile(path)
            guard !certificates.isEmpty else {
                throw CoordinatorError.badCertificate(
                    path: path, detail: "it holds no certificate in PEM form")
            }
            return certificates
        } catch let error as CoordinatorError {
            throw error
        } catch {
            throw .badCertificate(path: path, detail: "it holds no certificate in PEM form")
        }
    }
}

/// The certificate and key that a coordinator shows, as their files are now.
private final class ServerIdentity: Sendable {
    struct Material: Sendable {
        let chain: [NIOSSLCertificateSource]
        let key: NIOSSLPrivateKeySource
        /// When the files were last changed, as far as their system tells.
        let stamp: [FileStamp]
    }

    private let files: TransportSecurity
    private let logger: Logger
    private let material: Mutex<Material>

    init(_ files: TransportSecurity, _ logger: Logger) throws(CoordinatorError) {
        self.files = files
        self.logger = logger
        material = Mutex(try Self.read(files))
    }

    var current: Material { material.withLock { $0 } }

    /// What the next handshake shows.
    func override() -> NIOSSLContextConfigurationOverride {
        let shown = material.withLock { material in
            let stamp = Self.stamp(of: files)
            guard stamp != material.stamp else { return material }
            do throws(CoordinatorError) {
                material = try Self.read(files)
                logger.notice("a renewed certificate is shown from now on")
            } catch {
                // The old one goes on, and the same files are complained about once.
                logger.error(
                    "the renewed certificate cannot be used", metadata: ["error": "\(error)"])
                material = Material(chain: material.chain, key: material.key, stamp: stamp)
            }
            return material
        }
        var override = NIOSSLContextConfigurationOverride()
        override.certificateChain = shown.chain
        override.privateKey = shown.key
        return override
    }

    private static func read(_ files: TransportSecurity) throws(CoordinatorError) -> Material {
        let stamp = stamp(of: files)
        let chain = try TransportSecurity.certificates(in: files.certificate)
        guard access(files.key, R_OK) == 0 else {
            throw .badCertificate(path: files.key, detail: String(cString: strerror(errno)))
        }
        guard FileStamp(path: files.key).isClosedToOthers else {
            throw .badCertificate(
                path: files.key, detail: "everybody may read this key; 'chmod o-rwx' it")
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: files.key, format: .pem)
        } catch {
            throw .badCertificate(path: files.key, detail: "it holds no private key in PEM form")
        }
        let seconds = chain[0].notValidAfter
        guard seconds > time(nil) else {
            throw .badCertificate(path: files.certificate, detail: "its time is over; renew it")
        }
        do {
            var pair = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            pair.minimumTLSVersion = .tlsv12
            _ = try NIOSSLContext(configuration: pair)
        } catch {
            throw .badCertificate(
                path: files.key, detail: "it is not the key of '\(files.certificate)'")
        }
        return Material(
            chain: chain.map { .certificate($0) }, key: .privateKey(key), stamp: stamp)
    }

    private static func stamp(of files: TransportSecurity) -> [FileStamp] {
        [files.certificate, files.key].map(FileStamp.init)
    }
}
