import HTTPTypes
import HummingbirdTesting
import PipelineCore
import TestSupport
import Testing

@testable import Coordination

@Suite("A caller in a loop")
struct RateLimitTests {
    static var settings: CoordinatorSettings {
        var settings = CoordinatorSettings()
        settings.rates = RequestRates(
            worker: RequestRate(perSecond: 10, burst: 20),
            person: RequestRate(perSecond: 2, burst: 3),
            stranger: RequestRate(perSecond: 1, burst: 4))
        return settings
    }

    @Test("is told to wait, and heard again after a while")
    func person() async throws {
        let bench = try await Bench()
        try await bench.test(settings: Self.settings) { caller in
            for _ in 0..<3 {
                #expect(try await caller.send(.get, "/v1/runs", as: .viewer).status == .ok)
            }
            let refused = try await caller.send(.get, "/v1/runs", as: .viewer)
            #expect(refused.status == .tooManyRequests)
            #expect(refused.code == "too-many")
            #expect(refused.headers[.retryAfter] == "1")
            // Nobody else is held up.
            #expect(try await caller.send(.get, "/v1/runs", as: .submitter).status == .ok)
            bench.clock.advance(by: .milliseconds(500))
            #expect(try await caller.send(.get, "/v1/runs", as: .viewer).status == .ok)
            #expect(
                try await caller.send(.get, "/v1/runs", as: .viewer).status == .tooManyRequests)
            bench.clock.advance(by: .seconds(3600))
            for _ in 0..<3 {
                #expect(try await caller.send(.get, "/v1/runs", as: .viewer).status == .ok)
            }
            #expect(
                try await caller.send(.get, "/v1/runs", as: .viewer).status == .tooManyRequests)
        }
    }

    @Test("has a wider limit as a worker")
    func worker() async throws {
        let bench = try await Bench()
        try await bench.test(settings: Self.settings) { caller in
            var statuses: [Int] = []
            for _ in 0..<21 {
                statuses.append(try await caller.send(.get, "/v1/me", as: .worker).status.code)
            }
            #expect(statuses == [Int](repeating: 200, count: 20) + [429])
        }
    }

    @Test("without a token is refused without a word about its token, and holds nobody up")
    func stranger() async throws {
        let bench = try await Bench()
        try await bench.test(settings: Self.settings) { caller in
            for _ in 0..<4 {
                #expect(try await caller.send(.get, "/v1/runs", as: nil).status == .unauthorized)
            }
            for authorization in ["", "Bearer pl_v_0"] {
                let refused = try await caller.send(
                    .get, "/v1/runs", as: nil, ["Authorization": authorization])
                #expect(refused.status == .tooManyRequests)
            }
            // From the same address, but with a token.
            #expect(try await caller.send(.get, "/v1/runs", as: .viewer).status == .ok)
            #expect(try await caller.send(.get, "/healthz", as: nil).status == .ok)
            let page = try await caller.send(.get, "/metrics", as: .viewer)
            #expect(page.text.contains("pipeline_refused_total{cause=\"rate\"} 2\n"))
        }
    }
}
