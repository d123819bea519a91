import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// The body of a request on its way into a store.
///
/// A body that ends before its announced length throws ``UploadError``, so that nobody takes half
/// of one for a whole.
struct Upload: AsyncSequence, Sendable {
    typealias Element = [UInt8]

    private let body: RequestBody
    private let length: Int?
    private let visit: @Sendable ([UInt8]?) throws -> Void
    private let cause = Box()

    private final class Box: Sendable {
        let error = Mutex<(any Error)?>(nil)
    }

    /// Shows each piece to `visit` before it passes it on, and nil at the end.
    init(_ request: Request, visit: @escaping @Sendable ([UInt8]?) throws -> Void = { _ in }) {
        body = request.body
        length = request.headers[.contentLength].flatMap { Int($0) }
        self.visit = visit
    }

    /// What went wrong while the body came in; nil when nothing has.
    var failure: (any Error)? { cause.error.withLock { $0 } }

    func makeAsyncIterator() -> Iterator {
        Iterator(pieces: body.makeAsyncIterator(), upload: self)
    }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var pieces: RequestBody.AsyncIterator
        fileprivate let upload: Upload
        private var count = 0

        fileprivate init(pieces: RequestBody.AsyncIterator, upload: Upload) {
            self.pieces = pieces
            self.upload = upload
        }

        mutating func next() async throws -> [UInt8]? {
            do {
                guard let piece = try await received() else {
                    if let length = upload.length, count != length {
                        throw UploadError.endedEarly(received: count, of: length)
                    }
                    try upload.visit(nil)
                    return nil
                }
                count += piece.count
                try upload.visit(piece)
                return piece
            } catch {
                upload.cause.error.withLock { $0 = error }
                throw error
            }
        }

        private mutating func received() async throws -> [UInt8]? {
            do {
                return try await pieces.next().map { [UInt8]($0.readableBytesView) }
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                throw UploadError.broken("\(error)")
            }
        }
    }
}

extension Request {
    /// The body as a message of the protocol.
    func message<Message: Decodable>(
        as type: Message.Type, _ context: CoordinatorContext
    ) async throws -> Message {
        var body = ByteBuffer()
        for try await piece in Upload(self) {
            guard body.readableBytes + piece.count <= context.maxUploadSize else {
                throw Refusal(
                    .contentTooLarge, "too-large",
                    "the body is larger than \(context.maxUploadSize) bytes")
            }
            body.writeBytes(piece)
        }
        var whole = self
        whole.body = RequestBody(buffer: body)
        return try await whole.decode(as: type, context: context)
    }
}

/// Why a body was refused while it came in.
enum UploadError: Error, Equatable {
    /// The connection ended before the body did.
    case endedEarly(received: Int, of: Int)
    /// The connection broke, in the server's own words.
    case broken(String)
}

extension UploadError: CustomStringConvertible {
    var description: String {
        switch self {
        case .endedEarly(let received, let length):
            "the body ended after \(received) of \(length) bytes; send it again"
        case .broken(let words):
            "the body broke off; send it again (\(words))"
        }
    }
}
