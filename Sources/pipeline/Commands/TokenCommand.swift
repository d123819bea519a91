import ArgumentParser
import Foundation
import Glibc
import Labelling
import PipelineCore

/// `pipeline token`: who may do what at a coordinator.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make, list and revoke the tokens of a coordinator.",
        discussion: """
            A token has a role: a viewer may look, a submitter may submit and steer runs too, a \
            worker may do a worker's work and nothing else, an admin may do all that people do, \
            make tokens and copy the job store. Give each host and person its own, so that one \
            can be taken back without the others.

            These commands speak to a coordinator that runs, with an admin's token. The first one \
            lies in the coordinator's folder; if it is lost, remove the file and start the \
            coordinator again.

              export PIPELINE_TOKEN_FILE=runs/tokens/admin
              pipeline token create host3 --role worker --expires 90d --output host3.token
              pipeline token revoke host3
            """,
        subcommands: [Create.self, List.self, Revoke.self], defaultSubcommand: List.self)

    /// `pipeline token create`.
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a token, and let it count from now on.",
            discussion: """
                The token goes to a file that only its owner can read, or to standard output; it \
                is shown this once. The coordinator gets its SHA-256 alone.

                  pipeline token create host3 --role worker --expires 90d --output host3.token
                  pipeline token create ada --role submitter | ssh desk 'umask 77; cat >token'
                """)

        @Argument(
            help: ArgumentHelp("What or whom it is for, such as a host.", valueName: "name"))
        var name: String

        @Option(help: "What its bearer may do.")
        var role: Role

        @Option(
            help: ArgumentHelp(
                "How long it counts, such as 12h, 90d or 1y.", discussion: "Default: for ever.",
                valueName: "time"))
        var expires: Lifetime?

        @Option(
            name: .shortAndLong,
            help: ArgumentHelp(
                "The file for the token, which must not be there yet.",
                discussion: "Default: standard output.", valueName: "file"))
        var output: String?

        @OptionGroup var coordinator: CoordinatorOptions

        func run() async throws {
            try await interruptible(Interrupts()) {
                var generator = SystemRandomNumberGenerator()
                let token = BearerToken(role: role, using: &generator)
                let client = try coordinator.client()
                // The file first: a token that counts and that nobody has would stay for ever.
                if let output { try SecretFile.create(output, with: token.text) }
                let wish = TokenRequest(
                    name: name, role: role, digest: token.digest,
                    expires: expires.map { Int(Date().timeIntervalSince1970) + $0.seconds })
                do {
                    _ = try await client.createToken(wish)
                } catch {
                    if let output { unlink(output) }
                    throw error
                }
                if output == nil { try StandardOutput.print(token.text) }
            }
        }
    }

    /// `pipeline token list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the tokens: for what, until when, last used when.",
            discussion: """
                No token can be read from the list. 'Fingerprint' is the beginning of its SHA-256: \
                'tr -d "\\n" < FILE | sha256sum' tells that of the token in a file.

                  pipeline token list
                  pipeline token list --json | jq '.tokens[] | select(.state == "expired")'
                """)

        @Flag(help: "Print JSON instead of a table.")
        var json = false

        @OptionGroup var coordinator: CoordinatorOptions

        func run() async throws {
            try await interruptible(Interrupts()) {
                let list = try await coordinator.client().tokens()
                try StandardOutput.print(json ? try JSONText.of(list) : TokenText.of(list))
            }
        }
    }

    /// `pipeline token revoke`.
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take tokens back; their next request is refused.",
            discussion: """
                A worker whose token is revoked ends; the shards it held go to others when their \
                leases end. Of the tokens called 'default', the coordinator makes new ones when it \
                starts again.

                  pipeline token revoke host3
                  pipeline token revoke default --role viewer
                """)

        @Argument(help: ArgumentHelp("The name of the tokens.", valueName: "name"))
        var name: String

        @Option(help: ArgumentHelp("Of this role only.", discussion: "Default: of every role."))
        var role: Role?

        @Flag(help: "Print JSON instead of a table.")
        var json = false

        @OptionGroup var coordinator: CoordinatorOptions

        func run() async throws {
            try await interruptible(Interrupts()) {
                let list = try await coordinator.client()
                    .revokeTokens(TokenRevocation(name: name, role: role))
                try StandardOutput.print(json ? try JSONText.of(list) : TokenText.of(list))
            }
        }
    }
}

extension Role: ExpressibleByArgument {}

/// How long a token counts.
struct Lifetime: ExpressibleByArgument, Equatable {
    /// In seconds.
    let seconds: Int

    private static let units = [
        "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "y": 365 * 86400,
    ]

    /// Reads a whole number and a unit, such as `90d`, of a second to a hundred years.
    init?(argument: String) {
        guard let unit = argument.last.flatMap({ Self.units[String($0)] }),
            let count = Int(argument.dropLast()), (1...10_000_000_000).contains(count),
            (1...100 * 365 * 86400).contains(count * unit)
        else { return nil }
        seconds = count * unit
    }
}

/// Tokens as a person reads them.
enum TokenText {
    /// A token a line.
    static func of(_ list: TokenList) -> String {
        var table = TextTable([
            "Name", "Role", "State", "Created", "Expires", "Last used", "Fingerprint",
        ])
        for token in list.tokens {
            table.append([
                shown(token.name), token.role.rawValue, token.state.rawValue,
                moment(token.created, "unknown"), moment(token.expires, "never"),
                moment(token.lastUsed, "never"), token.fingerprint,
            ])
        }
        return table.text
    }

    private static func moment(_ seconds: Int?, _ otherwise: String) -> String {
        guard let seconds else { return otherwise }
        return Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }
}
