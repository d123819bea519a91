import HTTPTypes
import Hummingbird
import PipelineCore

/// Who may use a route.
enum Access: Hashable {
    /// Everybody, without a token.
    case open
    /// Bearers of a token, whatever its role.
    case bearer
    /// Bearers of a token whose role covers this one.
    case role(Role)
}

extension Role {
    /// Whether whoever has this role may do what `other` may.
    ///
    /// A submitter may look like a viewer, an admin may do all that people do; a worker may do a
    /// worker's work, nothing else, and nobody else may do it.
    func covers(_ other: Role) -> Bool {
        switch self {
        case .viewer, .worker: other == self
        case .submitter: other == self || other == .viewer
        case .admin: other != .worker
        }
    }
}

/// One thing the coordinator can be asked: no handler is reachable except through a route, and no
/// route can be written without saying who may use it.
struct Route: Sendable {
    let method: HTTPRequest.Method
    let path: RouterPath
    let access: Access
    let deadline: Duration
    let respond: @Sendable (Request, CoordinatorContext) async throws -> Response

    /// A route whose answer's head is ready within `deadline`, or else the request is refused.
    init(
        _ method: HTTPRequest.Method, _ path: RouterPath, _ access: Access,
        within deadline: Duration = .seconds(30),
        use handler:
            @escaping @Sendable (Request, CoordinatorContext) async throws
            -> some ResponseGenerator
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.deadline = deadline
        respond = { request, context in
            try await handler(request, context).response(from: request, context: context)
        }
    }
}

/// Every route, each once.
struct RouteTable: Sendable {
    let routes: [Route]
    private let access: [Endpoint: Access]

    private struct Endpoint: Hashable {
        let method: HTTPRequest.Method
        let path: String
    }

    init(_ routes: [Route]) {
        self.routes = routes
        access = Dictionary(
            routes.map { (Endpoint(method: $0.method, path: $0.path.description), $0.access) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Makes the router know the routes.
    func install(on router: Router<CoordinatorContext>) {
        for route in routes {
            router.on(route.path, method: route.method) { request, context in
                try await withDeadline(route.deadline) {
                    try await route.respond(request, context)
                }
            }
        }
    }

    /// Who may use the endpoint that the router has found; nil for one that is not in the table.
    func access(to endpoint: String, method: HTTPRequest.Method) -> Access? {
        access[Endpoint(method: method, path: endpoint)]
    }

    /// What the router serves and the table does not know, which must be nothing: `GET /v1/x`.
    func undeclared(in router: Router<CoordinatorContext>) -> [String] {
        router.routes.filter { access(to: $0.path.description, method: $0.method) == nil }
            .map { "\($0.method.rawValue) \($0.path)" }
    }

    /// The methods under which `path` can be asked for; for an answer that says so.
    func methods(of path: String) -> [HTTPRequest.Method] {
        let names = path.split(separator: "/")
        return routes.filter { route in
            route.path.count == names.count && zip(route.path, names).allSatisfy { $0 ~= $1 }
        }.map(\.method)
    }
}
