import ArgumentParser
import Coordination
import Glibc
import Logging
import PipelineCore
import ServiceLifecycle

/// `pipeline coordinator`: keeps runs and hands out their shards.
struct CoordinatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coordinator",
        abstract: "Keep runs, and hand out their shards to workers.",
        discussion: """
            Prints its address and where it put the tokens: one a role, each in a file that only \
            its owner can read. Give the worker's token to the hosts that compute, the submitter's \
            to those who submit datasets, the viewer's to those who only look.

              pipeline coordinator --data runs
              pipeline coordinator --data /var/lib/pipeline --host 0.0.0.0 --port 8080

            Then, on the same host and on any other:

              export PIPELINE_COORDINATOR=http://HOST:8080
              PIPELINE_TOKEN_FILE=runs/tokens/worker pipeline worker
              PIPELINE_TOKEN_FILE=runs/tokens/submitter pipeline submit ~/photos --wait

            Everything is on disk before it is acknowledged: stop it, or kill it, and start it \
            again with the same folder. Across networks that others can read, give it a \
            certificate, which is read again when it is renewed; with --client-ca, only hosts with \
            a certificate of that authority may connect at all.

              pipeline coordinator --data runs --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem
            """)

    @Option(
        help: ArgumentHelp(
            "The folder that keeps runs, results and tokens.", valueName: "dir"),
        completion: .directory)
    var data: String

    @Option(help: ArgumentHelp("The address to listen at.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("The port to listen at; 0 takes any free one.", valueName: "port"))
    var port = 8080

    @Option(
        help: ArgumentHelp(
            "How long a worker may be silent before its shard goes to another.", valueName: "s"))
    var leaseSeconds = 60

    @Option(
        help: ArgumentHelp(
            "The coordinator's certificate and its chain, in PEM form: speak TLS.",
            valueName: "file"))
    var tlsCert: String?

    @Option(
        help: ArgumentHelp(
            "The private key of that certificate; not everybody may be able to read it.",
            valueName: "file"))
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "The authority whose certificates clients must show.", valueName: "file"))
    var clientCa: String?

    @Option(
        help: ArgumentHelp(
            "How many connections may be open at once; further ones wait.", valueName: "n"))
    var maxConnections = 512

    @Option(
        help: ArgumentHelp(
            "Keep manifests and results in this bucket, too: s3://bucket/prefix.",
            discussion: "No result counts before it is there.", valueName: "address"))
    var mirror: String?

    @OptionGroup var store: StoreOptions

    @OptionGroup var storeKeys: StoreKeyOptions

    @Flag(help: "Ask nobody for a token; only possible on a loopback address.")
    var insecureNoAuth = false

    func validate() throws {
        guard (5...86400).contains(leaseSeconds) else {
            throw ValidationError("--lease-seconds is a number from 5 to 86400.")
        }
        guard (tlsCert == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-cert and --tls-key go together.")
        }
        guard clientCa == nil || tlsCert != nil else {
            throw ValidationError("--client-ca needs --tls-cert and --tls-key.")
        }
        guard (1...65_536).contains(maxConnections) else {
            throw ValidationError("--max-connections is a number from 1 to 65536.")
        }
    }

    func run() async throws {
        FewArenas.keep()
        let interrupts = Interrupts()
        let term = Duration.seconds(leaseSeconds)
        let folder = try JobFolder(path: data, term: term, mirror: try bucket())
        let tokens = TokenFiles(in: data + "/tokens")
        if !insecureNoAuth { try await tokens.provide(to: folder.store) }

        let logger = consoleLogger("coordinator", level: .info)
        let coordinator = Coordinator(
            folder.parts,
            settings: CoordinatorSettings(
                host: host, port: port, leaseTerm: term, insecureNoAuth: insecureNoAuth,
                maximumConnections: maxConnections, security: security, version: programVersion),
            logger: logger
        ) { address in announce(address, tokens) }
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: coordinator, serviceName: "coordinator"),
                .init(
                    service: StoreInspection(folder: folder),
                    successTerminationBehavior: .ignore,
                    failureTerminationBehavior: .gracefullyShutdownGroup,
                    serviceName: "inspection"),
            ], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        let group = ServiceGroup(configuration: configuration)
        interrupts.onFirst { _ in
            Console.shared.note("stopping; runs are kept and go on at the next start")
            Task { await group.triggerGracefulShutdown() }
        }
        try await group.run()
        try folder.close()
        if interrupts.signal == SIGINT { throw Interruption(signal: SIGINT) }
    }

    private func bucket() throws -> BucketTarget? {
        guard let mirror else { return nil }
        guard let target = try BucketTarget(output: mirror, store, storeKeys) else {
            throw Failure(
                .wrongUse, "'\(shown(mirror))' is no bucket", hint: "--mirror s3://bucket/prefix")
        }
        return target
    }

    private var security: TransportSecurity? {
        guard let tlsCert, let tlsKey else { return nil }
        return TransportSecurity(certificate: tlsCert, key: tlsKey, clientAuthority: clientCa)
    }

    /// Says where it listens, once it does; who starts it from a script reads this.
    private func announce(_ address: CoordinatorAddress, _ tokens: TokenFiles) {
        var lines = ["coordinator at \(address.url)"]
        if insecureNoAuth {
            lines.append("no tokens: whoever can run programs on this machine may do everything")
        } else {
            lines += Role.allCases.map { role in
                "\((role.rawValue + "'s token").rightPadded(to: 18))\(tokens.path(of: role))"
            }
        }
        if security == nil, !CoordinatorSettings.isLoopback(host) {
            Console.shared.note(
                "warning: plain HTTP; whoever can listen on the way can read and use the tokens. "
                    + "--tls-cert and --tls-key, or a proxy with TLS, mend that")
        }
        try? StandardOutput.print(lines.joined(separator: "\n"))
    }
}
