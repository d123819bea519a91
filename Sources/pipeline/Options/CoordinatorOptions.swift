import ArgumentParser
import Foundation
import Labelling
import PipelineCore

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

    /// A client with that address and token.
    func client() throws -> CoordinatorClient {
        CoordinatorClient(try url(), token: try token())
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

/// The environment of this process.
var processEnvironment: [String: String] { ProcessInfo.processInfo.environment }

/// What the system said, without the framework's dressing.
func reason(_ error: any Error) -> String {
    let error = error as NSError
    let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
    return underlying.domain == NSPOSIXErrorDomain
        ? String(cString: strerror(CInt(underlying.code))) : error.localizedDescription
}
