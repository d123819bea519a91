import Coordination
import Labelling
import Logging
import PipelineCore

/// A coordinator inside this process, for the worker beside it.
struct EmbeddedCoordinator {
    /// Where it listens: a free port of the loopback interface.
    let url: CoordinatorURL
    /// Lets the worker in.
    let workerToken: BearerToken
    /// Lets the dataset in.
    let submitterToken: BearerToken

    /// A client with the rights of `token`.
    func client(_ token: BearerToken) -> CoordinatorClient { CoordinatorClient(url, token: token) }

    /// Calls `body` beside a coordinator over `folder`, which ends when `body` does.
    ///
    /// Its tokens are made for this call and lie in no file. Throws what `body` throws, and
    /// ``CoordinatorError``.
    static func with<Value: Sendable>(
        _ folder: JobFolder, _ body: @escaping @Sendable (EmbeddedCoordinator) async throws -> Value
    ) async throws -> Value {
        let workerToken = try await token(for: .worker, in: folder)
        let submitterToken = try await token(for: .submitter, in: folder)
        let (addresses, address) = AsyncStream.makeStream(of: CoordinatorAddress.self)
        let coordinator = Coordinator(
            folder.parts, logger: consoleLogger("coordinator", level: .critical)
        ) {
            address.yield($0)
            address.finish()
        }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                defer { address.finish() }
                try await coordinator.run()
                return nil
            }
            group.addTask {
                for await address in addresses {
                    return try await body(
                        EmbeddedCoordinator(
                            url: CoordinatorURL(address.url), workerToken: workerToken,
                            submitterToken: submitterToken))
                }
                return nil
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw Failure(.fault, "the coordinator of this process ended by itself")
        }
    }

    private static func token(for role: Role, in folder: JobFolder) async throws -> BearerToken {
        var generator = SystemRandomNumberGenerator()
        let token = BearerToken(role: role, using: &generator)
        try await folder.store.add(
            TokenRecord(digest: token.digest, role: role, name: "this process"))
        return token
    }
}
