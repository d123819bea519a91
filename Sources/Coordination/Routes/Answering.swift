import HTTPTypes
import Hummingbird
import Logging
import PipelineCore

/// The outermost layer: turns every error into a ``Problem``, and measures every answer.
///
/// Errors are passed up to here and logged here, once, when they are the coordinator's own.
struct Answering: RouterMiddleware {
    typealias Context = CoordinatorContext

    let table: RouteTable
    let metrics: CoordinatorMetrics
    let clock: any TickSource

    func handle(
        _ request: Request, context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = clock.now()
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            let refusal = refusal(for: error, to: request)
            if refusal.status.code >= 500 {
                context.logger.error(
                    "a request failed",
                    metadata: [
                        "method": "\(request.method)", "path": "\(request.uri.path.prefix(200))",
                        "error": "\(error)",
                    ])
            }
            response = try refusal.response(from: request, context: context)
            if refusal.status == .requestTimeout || request.announcesBulk
                || (refusal.isOfBearer && request.announcesBody)
            {
                hangUp(after: &response, context)
            }
        }
        if request.method == .get, request.announcesBody { hangUp(after: &response, context) }
        response.headers[.pipelineProtocol] = "\(protocolVersion)"
        response.headers[.xContentTypeOptions] = "nosniff"
        metrics.answered(
            route: endpoint(of: request, context), status: response.status.code,
            after: clock.now().seconds(since: start))
        return response
    }

    /// The rest of the body is not worth waiting for: no route reads it, and it may dribble for ever.
    private func hangUp(after response: inout Response, _ context: Context) {
        response.headers[.connection] = "close"
        response.body = context.hangingUp(after: response.body)
    }

    /// The route's pattern, never the path as it came: a label must not be the client's choice.
    private func endpoint(of request: Request, _ context: Context) -> CoordinatorMetrics.Route {
        guard let path = context.endpointPath,
            table.access(to: path, method: request.method) != nil
        else { return .none }
        return CoordinatorMetrics.Route(method: request.method.rawValue, path: path)
    }

    private func refusal(for error: any Error, to request: Request) -> Refusal {
        switch error {
        case let refusal as Refusal:
            refusal
        case let error as any Refusable:
            error.refusal
        case let error as HTTPError where error.status == .notFound:
            noRoute(for: request)
        case let error as HTTPError where error.status.code < 500:
            Refusal(error.status, "bad-request", error.body ?? "the request cannot be read")
        default:
            .failed
        }
    }

    private func noRoute(for request: Request) -> Refusal {
        let methods = table.methods(of: request.uri.path).map(\.rawValue).sorted()
        guard !methods.isEmpty else {
            return Refusal(
                .notFound, "unknown-address",
                "nothing is served at '\(request.uri.path.prefix(200))'")
        }
        let allowed = methods.joined(separator: ", ")
        return Refusal(
            .methodNotAllowed, "wrong-method",
            "this address answers \(allowed), not \(request.method.rawValue.prefix(20))",
            headers: [.allow: allowed])
    }
}

extension Refusal {
    /// Whether the request was refused for who sent it, before anybody read its body.
    fileprivate var isOfBearer: Bool {
        [.unauthorized, .forbidden, .tooManyRequests].contains(status)
    }
}

extension Request {
    /// Whether a body comes at all.
    fileprivate var announcesBody: Bool {
        headers[.transferEncoding] != nil || (headers[.contentLength] ?? "0") != "0"
    }

    /// Whether a body comes that is too long to read on for courtesy alone.
    var announcesBulk: Bool {
        guard let length = headers[.contentLength] else {
            return headers[.transferEncoding] != nil
        }
        return Int(length).map { $0 > 64 << 10 } ?? true
    }
}
