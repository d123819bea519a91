import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import PipelineCore

/// What goes with a request on its way through the coordinator.
struct CoordinatorContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The connection the request came through.
    let channel: any Channel
    /// Whose request it is, once the ``Gate`` has let it pass; nil where no tokens are asked for.
    var bearer: TokenRecord?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// The most bytes of a JSON body.
    var maxUploadSize: Int { 1 << 20 }

    /// Equal values, equal bytes.
    var responseEncoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    /// The address that the request came from.
    var peer: String { channel.peerAddress }

    /// A body after which the connection is closed: late enough for it to arrive, whatever else
    /// comes in meanwhile.
    func hangingUp(after body: ResponseBody) -> ResponseBody {
        let channel = channel
        return ResponseBody(contentLength: body.contentLength) { writer in
            defer {
                channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
            }
            try await body.write(writer)
        }
    }
}

extension CoordinatorContext {
    /// A body that has been taken by the client within `deadline`; if not, the connection is closed.
    func body(
        within deadline: TimeAmount, contentLength: Int? = nil,
        _ write: @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void
    ) -> ResponseBody {
        let channel = channel
        return ResponseBody(contentLength: contentLength) { writer in
            let cut = channel.eventLoop.scheduleTask(in: deadline) { channel.close(promise: nil) }
            defer { cut.cancel() }
            try await write(&writer)
        }
    }

    /// The run that the path names.
    func run() throws -> RunID {
        let text = try parameters.require("run")
        guard let id = RunID(text) else {
            throw Refusal(
                .notFound, "unknown-run",
                "there is no run '\(text.prefix(80))'; 'pipeline status' lists the runs")
        }
        return id
    }

    /// A whole number from 0 that the path holds under `name`.
    func number(_ name: String) throws -> Int {
        let text = try parameters.require(name)
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text) else {
            throw Refusal(
                .notFound, "unknown-\(name)",
                "'\(text.prefix(80))' is not the number of a \(name)")
        }
        return number
    }
}

// What handlers answer with.
extension Run: ResponseEncodable {}
extension RunList: ResponseEncodable {}
extension RunStatus: ResponseEncodable {}
extension QuarantineList: ResponseEncodable {}
extension Lease: ResponseEncodable {}
extension TokenStatus: ResponseEncodable {}
extension TokenList: ResponseEncodable {}
extension Introduction: ResponseEncodable {}
extension CompletionAnswer: ResponseEncodable {}
extension LedgerStatistics: ResponseEncodable {}
extension LedgerPruning: ResponseEncodable {}
extension Problem: ResponseEncodable {}
