import ArgumentParser
import Foundation
import Glibc
import Labelling
import PipelineCore
import Transport

/// Which coordinator is spoken to, and with whose rights.
struct CoordinatorOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the coordinator listens.",
            discussion: "Default: $PIPELINE_COORDINATOR, or \(Self.standardURL).",
            valueName: "url"))
    var coordinator: String?

    @Option(
        help: ArgumentHelp(
            "A file that holds the token.",
            discussion: "Default: the token in $PIPELINE_TOKEN, or the file named by "
                + "$PIPELINE_TOKEN_FILE. A token never goes on the command line, where every "
                + "process of the machine could read it.",
            valueName: "file"))
    var tokenFile: String?

    @Option(
        help: ArgumentHelp(
            "The authority of the coordinator's certificate, in PEM form.",
            discussion: "Default: $PIPELINE_CA, or the authorities that this system trusts.",
            valueName: "file"))
    var ca: String?

    @Option(
        help: ArgumentHelp(
            "A certificate to show to a coordinator that asks for one.",
            discussion: "Default: $PIPELINE_CLIENT_CERT.", valueName: "file"))
    var clientCert: String?

    @Option(
        help: ArgumentHelp(
            "The private key of that certificate.",
            discussion: "Default: $PIPELINE_CLIENT_KEY.", valueName: "file"))
    var clientKey: String?

    static let standardURL = "http://127.0.0.1:8080"

    /// The coordinator's address; throws ``ClientError/badURL(_:detail:)``.
    func url(_ environment: [String: String] = processEnvironment) throws -> CoordinatorURL {
        try CoordinatorURL(
            coordinator ?? environment["PIPELINE_COORDINATOR"] ?? Self.standardURL)
    }

    /// The token; an empty one when nobody named any, which a coordinator without tokens takes.
    func token(_ environment: [String: String] = processEnvironment) throws -> BearerToken {
        if let tokenFile { return try Self.readToken(tokenFile) }
        if let text = environment["PIPELINE_TOKEN"], !text.isEmpty {
            return BearerToken(text: text)
        }
        if let file = environment["PIPELINE_TOKEN_FILE"], !file.isEmpty {
            return try Self.readToken(file)
        }
        return BearerToken(text: "")
    }

    /// Whom to trust, and what to show, over TLS.
    func trust(_ environment: [String: String] = processEnvironment) throws -> ClientTrust {
        let trust = ClientTrust(
            authority: ca ?? environment.nonEmpty("PIPELINE_CA"),
            certificate: clientCert ?? environment.nonEmpty("PIPELINE_CLIENT_CERT"),
            key: clientKey ?? environment.nonEmpty("PIPELINE_CLIENT_KEY"))
        for path in [trust.authority, trust.certificate, trust.key].compactMap(\.self)
        where access(path, R_OK) != 0 {
            throw Failure(systemError: errno, "'\(path)' cannot be read")
        }
        return trust
    }

    /// A client with that address, token and trust.
    func client(
        retry: RetryPolicy = RetryPolicy(), timeouts: HTTPTimeouts = HTTPTimeouts()
    ) throws -> CoordinatorClient {
        CoordinatorClient(
            try url(), token: try token(), retry: retry, timeouts: timeouts, trust: try trust())
    }

    private static func readToken(_ path: String) throws -> BearerToken {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw Failure(
                .notPermitted, "the token file '\(path)' cannot be read: \(reason(error))",
                hint: "the coordinator printed the place of its token files when it started")
        }
        let text = String(decoding: bytes.prefix(4096), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Failure(
                .notPermitted, "the file '\(path)' does not hold a token",
                hint: "a token is one line such as pl_s_ and 64 hexadecimal digits")
        }
        return BearerToken(text: text)
    }
}

extension [String: String] {
    /// The value of a variable that is set and not empty.
    fileprivate func nonEmpty(_ name: String) -> String? {
        self[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// The environment of this process.
var processEnvironment: [String: String] { ProcessInfo.processInfo.environment }

/// What the system said, without the framework's dressing.
func reason(_ error: any Error) -> String {
    let error = error as NSError
    let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
    return underlying.domain == NSPOSIXErrorDomain
        ? String(cString: strerror(CInt(underlying.code))) : error.localizedDescription
}
