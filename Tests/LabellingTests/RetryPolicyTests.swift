import PipelineCore
import Synchronization
import TestSupport
import Testing
import Transport

@testable import Labelling

@Suite("A retry")
struct RetryPolicyTests {
    static let waits: [(retry: Int, random: Double, asked: Duration?, wait: Duration)] = [
        (0, 0, nil, .zero),
        (0, 0.5, nil, .milliseconds(100)),
        (1, 0.5, nil, .milliseconds(200)),
        (2, 0.5, nil, .milliseconds(400)),
        (5, 0.5, nil, .milliseconds(3200)),
        (6, 0.5, nil, .seconds(5)),
        (30, 0.5, nil, .seconds(5)),
        (5000, 0.5, nil, .seconds(5)),
        (0, 0.5, .seconds(3), .seconds(3)),
        (30, 0.5, .seconds(3), .seconds(5)),
        (0, 0.5, .seconds(30), .seconds(30)),
    ]

    @Test("waits longer each time, at random, and as long as it is asked to", arguments: waits)
    func delay(retry: Int, random: Double, asked: Duration?, wait: Duration) {
        let policy = RetryPolicy(random: { random })
        let difference = policy.delay(beforeRetry: retry, retryAfter: asked) - wait
        #expect(abs(difference / .seconds(1)) < 1e-9)
    }

    @Test("is worth it for what may pass", arguments: [408, 429, 500, 502, 503, 504, 507])
    func transient(status: Int) { #expect(RetryPolicy.isTransient(status: status)) }

    @Test(
        "is not worth it for a refusal",
        arguments: [200, 301, 400, 401, 403, 404, 409, 410, 413, 422, 426, 431])
    func refusals(status: Int) { #expect(!RetryPolicy.isTransient(status: status)) }

    @Test("ends after the attempts that are allowed", arguments: [1, 2, 5])
    func attempts(allowed: Int) async throws {
        let server = try ScriptedServer(.raw(ScriptedServer.answer("503 Service Unavailable")))
        let waits = Mutex<[Duration]>([])
        let client = CoordinatorClient(
            try CoordinatorURL(server.url), token: .init(text: "pl_v_1"),
            retry: RetryPolicy(
                attempts: allowed, random: { 0.5 },
                sleep: { wait in waits.withLock { $0.append(wait) } }))

        await #expect(throws: ClientError.self) { try await client.runs() }
        #expect(server.requests.count == allowed)
        #expect(waits.withLock(\.count) == allowed - 1)
    }

    @Test("waits as long as the server asks")
    func retryAfter() async throws {
        let problem = #"{"code":"no-space","message":"the disk is full"}"#
        let server = try ScriptedServer(
            .raw(
                ScriptedServer.answer(
                    "507 Insufficient Storage", problem, headers: "Retry-After: 30",
                    "Pipeline-Protocol: 1")),
            .raw(
                ScriptedServer.answer(
                    "200 OK", #"{"runs":[],"workers":[]}"#, headers: "Pipeline-Protocol: 1")))
        let waits = Mutex<[Duration]>([])
        let notices = Mutex<[ClientError?]>([])
        let client = CoordinatorClient(
            try CoordinatorURL(server.url), token: .init(text: "pl_v_1"),
            retry: RetryPolicy(sleep: { wait in waits.withLock { $0.append(wait) } }),
            notice: { notice in notices.withLock { $0.append(notice) } })

        #expect(try await client.runs().runs.isEmpty)
        #expect(waits.withLock { $0 } == [.seconds(30)])
        #expect(
            notices.withLock { $0 } == [
                .refused(status: 507, .init(code: "no-space", message: "the disk is full")), nil,
            ])
    }

    static let requests: [(text: String, date: String?, wait: Duration?)] = [
        ("7", nil, .seconds(7)),
        ("0", nil, .zero),
        ("600", nil, .seconds(600)),
        ("86400", nil, .seconds(600)),
        ("9223372036854775807", nil, .seconds(600)),
        ("99999999999999999999999", nil, .seconds(600)),
        ("-5", nil, nil),
        ("soon", nil, nil),
        ("", nil, nil),
        // The three forms of RFC 9110, 37 seconds after the moment that the tests call now.
        ("Sun, 06 Nov 1994 08:49:37 GMT", nil, .seconds(37)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", nil, .seconds(37)),
        ("Sun Nov  6 08:49:37 1994", nil, .seconds(37)),
        ("Sun, 06 Nov 1994 08:48:00 GMT", nil, .zero),
        ("Sun, 06 Nov 2094 08:49:37 GMT", nil, .seconds(600)),
        // The server's clock is an hour ahead of this one.
        ("Sun, 06 Nov 1994 09:49:20 GMT", "Sun, 06 Nov 1994 09:49:00 GMT", .seconds(20)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", "yesterday", .seconds(37)),
    ]

    @Test("heeds seconds and dates, and sleeps for no longer than ten minutes", arguments: requests)
    func retryAfter(text: String, date: String?, wait: Duration?) {
        var response = HTTPResponse(status: 503, headers: ["retry-after": text])
        response.headers["date"] = date
        #expect(response.retryAfter(at: 784_111_740) == wait)
    }

    @Test("is given up when the task is cancelled")
    func cancelled() async throws {
        let server = try ScriptedServer(.raw(ScriptedServer.answer("503 Service Unavailable")))
        let client = CoordinatorClient(
            try CoordinatorURL(server.url), token: .init(text: "pl_v_1"),
            retry: RetryPolicy(base: .seconds(60), cap: .seconds(60), attempts: nil, random: { 1 }))
        let asking = Task { try await client.runs() }
        #expect(await eventually { server.requests.count == 1 })
        asking.cancel()

        await #expect(throws: ClientError.cancelled) { try await asking.value }
    }
}
