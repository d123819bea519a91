import Foundation
import Synchronization
import TestSupport

/// What an object store's answers are like, as a ``RequestProxy`` before it makes them.
final class StoreWeather: Sendable {
    /// One kind of it.
    enum Kind: Sendable {
        /// Every request is answered.
        case fair
        /// Every page of a listing fails at first, and every second other request, in many ways.
        case rough
        /// So many requests are answered, and then none, since the keys have expired.
        case locked(after: Int)
    }

    private struct State {
        var kind = Kind.fair
        var seen: Set<String> = []
        var count = 0
        var faults = 0
        var generator: SeededGenerator
    }

    private let state: Mutex<State>

    /// Fair weather, that changes by `seed` when it does.
    init(seed: UInt64) { state = Mutex(State(generator: SeededGenerator(seed: seed))) }

    /// How many requests have failed.
    var faults: Int { state.withLock(\.faults) }

    /// From now on it is of that kind.
    func become(_ kind: Kind) {
        state.withLock { state in
            (state.kind, state.seen, state.count) = (kind, [], 0)
        }
    }

    /// What becomes of a request.
    func fate(of request: RequestProxy.Request) -> RequestProxy.Fate {
        state.withLock { state in
            state.count += 1
            switch state.kind {
            case .fair: return .pass
            case .locked(let count):
                guard state.count > count else { return .pass }
                return .answer(Self.answer(403, "ExpiredToken"))
            case .rough:
                let isFirst = state.seen.insert(request.path).inserted
                let isPage = request.path.contains("list-type=2")
                guard isFirst, isPage || Bool.random(using: &state.generator) else { return .pass }
                state.faults += 1
                let faults: [RequestProxy.Fate] = [
                    .answer(Self.answer(503, "SlowDown")),
                    .answer(Self.answer(500, "InternalError")), .loseAnswer, .cut(after: 40),
                ]
                return faults.randomElement(using: &state.generator) ?? .loseAnswer
            }
        }
    }

    /// A refusal as a store spells it.
    private static func answer(_ status: Int, _ code: String) -> [UInt8] {
        let body =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>\(code)</Code></Error>"
        let head = [
            "HTTP/1.1 \(status) \(code)", "Content-Type: application/xml",
            "Content-Length: \(body.utf8.count)", "", "",
        ]
        return Array((head.joined(separator: "\r\n") + body).utf8)
    }
}
