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
    private let error = Box()

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
    var failure: (any Error)? { error.error.withLock { $0 } }

    func makeAsyncIterator() -> Iterator {
        Iterator(pieces: body.makeAsyncIterator(), upload: self)
    }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var pieces: RequestBody.AsyncIterator
        fileprivate let upload: Upload
        private var received = 0

        fileprivate init(pieces: RequestBody.AsyncIterator, upload: Upload) {
            self.pieces = pieces
            self.upload = upload
        }

        mutating func next() async throws -> [UInt8]? {
            do {
                guard let buffer = try await pieces.next() else {
                    if let length = upload.length, received != length {
                        throw UploadError.endedEarly(received: received, of: length)
                    }
                    try upload.visit(nil)
                    return nil
                }
                let piece = [UInt8](buffer.readableBytesView)
                received += piece.count
                try upload.visit(piece)
                return piece
            } catch {
                upload.error.error.withLock { $0 = error }
                throw error
            }
        }
    }
}

/// Why a body was refused while it came in.
enum UploadError: Error, Equatable {
    /// The connection ended before the body did.
    case endedEarly(received: Int, of: Int)
}

extension UploadError: CustomStringConvertible {
    var description: String {
        switch self {
        case .endedEarly(let received, let length):
            "the body ended after \(received) of \(length) bytes; send it again"
        }
    }
}
