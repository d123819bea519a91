import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
import NIOCore
package import PipelineCore
import ServiceLifecycle

/// The HTTP face of a job store: takes submissions, hands out shards, receives results.
///
/// It decides nothing about runs and leases, which is up to the ``JobStore``; it checks who asks,
/// translates, streams, returns expired leases to the queue and removes results that lost. It ends when its
/// task is cancelled or its service group shuts down gracefully.
///
/// ```swift
/// let coordinator = Coordinator(parts, settings: CoordinatorSettings(port: 7070), logger: logger) {
///     print("listening at \($0.url)")
/// }
/// try await coordinator.run()
/// ```
package struct Coordinator: Service {
    private let parts: CoordinatorParts
    private let settings: CoordinatorSettings
    private let logger: Logger
    private let onListening: @Sendable (CoordinatorAddress) async -> Void

    /// Joins the parts; nothing happens until ``run()``.
    ///
    /// `onListening` is called once, with the address that was bound.
    package init(
        _ parts: CoordinatorParts, settings: CoordinatorSettings = CoordinatorSettings(),
        logger: Logger,
        onListening: @escaping @Sendable (CoordinatorAddress) async -> Void = { _ in }
    ) {
        self.parts = parts
        self.settings = settings
        self.logger = logger
        self.onListening = onListening
    }

    /// Listens and answers until it is told to stop.
    ///
    /// Throws ``CoordinatorError`` when it cannot listen where it should.
    package func run() async throws {
        let application = try application()
        do {
            try await application.run()
        } catch let error as IOError {
            throw CoordinatorError(error, settings: settings)
        } catch let error as SocketAddressError {
            throw CoordinatorError.noSuchHost(settings.host, detail: "\(error)")
        }
    }

    /// The server as a value, for ``run()`` and for tests.
    func application() throws(CoordinatorError) -> Application<RouterResponder<CoordinatorContext>>
    {
        try settings.check()
        let metrics = CoordinatorMetrics()
        let keeper = LedgerKeeper(parts, metrics, logger: logger)
        let table = table(metrics, keeper)
        let router = router(serving: table, metrics)
        let undeclared = table.undeclared(in: router)
        guard undeclared.isEmpty else { throw .undeclared(undeclared) }
        return Application(
            router: router,
            server: try server(metrics),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port),
                availableConnectionsDelegate: MaximumAvailableConnections(
                    settings.maximumConnections, logger: logger)),
            services: [
                LeaseSweeper(
                    store: parts.store, clock: parts.clock, keeper: keeper, metrics: metrics,
                    logger: logger),
                ResultSweeper(parts: parts, logger: logger),
            ] + [keeper].compactMap { $0 as (any Service)? },
            onServerRunning: { channel in
                await onListening(
                    CoordinatorAddress(
                        host: settings.host, port: channel.localAddress?.port ?? settings.port,
                        isSecure: settings.security != nil))
            },
            logger: logger)
    }

    /// HTTP/1.1, over TLS if the settings say so.
    private func server(_ metrics: CoordinatorMetrics) throws(CoordinatorError) -> HTTPServerBuilder
    {
        let limits = settings.connections
        let register = ConnectionRegister(limits)
        let http = HTTPServerBuilder.http1(
            configuration: .init(
                additionalChannelHandlers: [ConnectionGuard(register, limits, metrics)],
                idleTimeout: TimeAmount(limits.silence),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 8 << 10, maxHeaderListSize: 16 << 10,
                    maxHeaderFieldCount: 100)))
        guard let security = settings.security else { return http }
        let configuration = try security.configuration(logger)
        do {
            return try .tls(http, tlsConfiguration: configuration)
        } catch {
            throw .badCertificate(path: security.certificate, detail: "\(error)")
        }
    }

    /// Everything that is served.
    func table(_ metrics: CoordinatorMetrics, _ keeper: LedgerKeeper? = nil) -> RouteTable {
        let activity = Activity()
        return RouteTable(
            RunController(parts: parts, activity: activity).routes
                + LeaseController(
                    parts: parts, activity: activity, metrics: metrics, keeper: keeper,
                    term: settings.leaseTerm
                ).routes
                + LedgerController(
                    parts: parts, keeper: keeper, metrics: metrics, term: settings.leaseTerm
                ).routes
                + ShardController(parts: parts).routes
                + QuarantineController(parts: parts).routes
                + BackupController(parts: parts).routes
                + TokenController(parts: parts, version: settings.version).routes
                + OperationsController(
                    parts: parts, activity: activity, metrics: metrics, version: settings.version
                ).routes)
    }

    /// A router that serves `table` behind the ``Gate``.
    func router(
        serving table: RouteTable, _ metrics: CoordinatorMetrics
    ) -> Router<CoordinatorContext> {
        let router = Router(context: CoordinatorContext.self)
        router.add(middleware: Answering(table: table, metrics: metrics, clock: parts.clock))
        router.add(
            middleware: Gate(
                table: table, tokens: parts.tokens, demandsTokens: !settings.insecureNoAuth,
                limiter: RateLimiter(settings.rates, clock: parts.clock, metrics: metrics),
                date: parts.date))
        table.install(on: router)
        return router
    }
}

/// What a coordinator is made of.
package struct CoordinatorParts: Sendable {
    /// Where runs and shards are kept.
    package var store: any JobStore
    /// Where manifests and results are kept.
    package var objects: any ObjectStore
    /// Who may do what.
    package var tokens: any TokenStore
    /// Turns results into exports and reports.
    package var reporter: any RunReporter
    /// Reads images for workers that have none of the dataset.
    package var images: any ImageSource
    /// Tells the time to whoever decides about leases.
    package var clock: any TickSource
    /// The wall clock, in seconds since 1970; it decides about tokens, never about leases.
    package var date: @Sendable () -> Double
    /// Copies the job store while it is in use; nil where it cannot be copied.
    package var backups: (any BackupSource)?
    /// Remembers what has been computed; nil where everything is computed.
    package var ledger: (any PredictionLedger)?
    /// Compares results of audited shards; where nil, only equal files agree.
    package var comparer: (any ResultComparer)?

    /// Names every part.
    package init(
        store: any JobStore, objects: any ObjectStore, tokens: any TokenStore,
        reporter: any RunReporter, images: any ImageSource,
        clock: any TickSource = MonotonicTicks(),
        date: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 },
        backups: (any BackupSource)? = nil, ledger: (any PredictionLedger)? = nil,
        comparer: (any ResultComparer)? = nil
    ) {
        self.store = store
        self.objects = objects
        self.tokens = tokens
        self.reporter = reporter
        self.images = images
        self.clock = clock
        self.date = date
        self.backups = backups
        self.ledger = ledger
        self.comparer = comparer
    }
}
