import HTTPTypes
import HummingbirdTesting
import PipelineCore
import Testing

@testable import Coordination

/// Everything here goes over real sockets, which say exactly what they are told.
@Suite("A connection")
struct ConnectionLimitTests {
    static var settings: CoordinatorSettings {
        var settings = CoordinatorSettings.unlimited
        settings.connections = ConnectionLimits(
            perAddress: 8, firstHead: .milliseconds(400), silence: .milliseconds(1200),
            countsLoopback: true)
        return settings
    }

    /// Runs `body` against a coordinator with those limits, at a port.
    private func open(
        _ settings: CoordinatorSettings = settings,
        _ body: @Sendable (Bench, Int) async throws -> Void
    ) async throws {
        let bench = try await Bench()
        try await bench.test(.live, settings: settings) { caller in
            try await body(bench, try #require(caller.client.port))
        }
    }

    @Test(
        "whose first request does not come is closed",
        arguments: ["", "GET /heal", "GET /healthz HTTP/1.1\r\nHost: a\r\nA: b\r\n"])
    func slowHead(_ beginning: String) async throws {
        try await open { _, port in
            let start = ContinuousClock.now
            let answer = try await RawConnection.exchange(port: port, beginning)
            #expect(answer == "")
            #expect(start.duration(to: .now) > .milliseconds(350))
            #expect(start.duration(to: .now) < RawConnection.patience / 2)
        }
    }

    @Test("that says nothing after its first request is closed")
    func silence() async throws {
        try await open { _, port in
            let start = ContinuousClock.now
            let answer = try await RawConnection.exchange(
                port: port, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /heal")
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            #expect(answer.hasSuffix("ok\n"))
            #expect(start.duration(to: .now) > .milliseconds(1100))
            #expect(start.duration(to: .now) < RawConnection.patience / 2)
        }
    }

    @Test(
        "whose body nobody reads ends with the answer",
        arguments: ["POST /v1/leases", "GET /healthz", "GET /v1/runs"])
    func unreadBody(_ line: String) async throws {
        // Far above what a busy machine takes for an answer, which ends the connection first.
        var settings = Self.settings
        settings.connections.firstHead = RawConnection.patience
        settings.connections.silence = RawConnection.patience
        try await open(settings) { _, port in
            let request = "\(line) HTTP/1.1\r\nHost: a\r\n"
            let answer = try await RawConnection.exchange(
                port: port, request + "Content-Length: 60000\r\n\r\n ")
            #expect(answer.lowercased().contains("connection: close"))
            let bare = try await RawConnection.exchange(
                port: port, request + "\r\n", ends: true)
            #expect(!bare.lowercased().contains("connection: close"))
        }
    }

    @Test("that its address has too many of is closed, and the address is heard again later")
    func perAddress() async throws {
        try await open { bench, port in
            // Each of them would be answered, if it were let in.
            let request = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
            let answers = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<40 {
                    group.addTask { try await RawConnection.exchange(port: port, request) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let heard = answers.count { $0.hasPrefix("HTTP/1.1 200") }
            // The caller of this test may hold one of the eight.
            #expect(heard >= 7)
            #expect(heard < 40, "in the time that silent ones stay, no more than eight come in")
            let again = try await RawConnection.exchange(
                port: port,
                "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                    + "Authorization: Bearer \(bench.tokens[.viewer]?.text ?? "")\r\n\r\n")
            #expect(again.hasPrefix("HTTP/1.1 200"))
            let refused = again.split(separator: "\n")
                .first { $0.hasPrefix("pipeline_refused_total{cause=\"connections\"} ") }
            let count = try #require(Int(refused?.split(separator: " ").last ?? ""))
            // The caller's own connection may be one of those, too.
            #expect(count == 40 - heard || count == 41 - heard)
        }
    }

    /// Slow strangers in great number, and a worker that is served all the while.
    @Test("of a worker is served while hundreds of others dribble")
    func slowloris() async throws {
        var settings = CoordinatorSettings.unlimited
        settings.maximumConnections = 64
        settings.connections = ConnectionLimits(
            perAddress: 1000, firstHead: .milliseconds(500), countsLoopback: true)
        let bench = try await Bench()
        try await bench.test(.live, settings: settings) { caller in
            let port = try #require(caller.client.port)
            let token = try #require(bench.tokens[.worker]).text
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        _ = try await RawConnection.exchange(
                            port: port, "POST /v1/leases HTTP/1.1\r\nHost: a\r\nX: ",
                            patience: RawConnection.patience)
                    }
                }
                for _ in 0..<10 {
                    let answer = try await RawConnection.exchange(
                        port: port,
                        "GET /v1/me HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                            + "Authorization: Bearer \(token)\r\n\r\n")
                    #expect(answer.hasPrefix("HTTP/1.1 200"))
                }
                // All two hundred come to their end: none is held for longer than it may.
                try await group.waitForAll()
            }
        }
    }

    @Test("of this machine is not counted, unless it is asked for")
    func loopback() {
        let register = ConnectionRegister(ConnectionLimits(perAddress: 1))
        #expect((0..<5).allSatisfy { _ in register.enter("127.0.0.1") && register.enter("::1") })
        #expect(register.enter("10.0.0.1"))
        #expect(!register.enter("10.0.0.1"))
        #expect(register.enter("10.0.0.2"))
        register.leave("10.0.0.1")
        #expect(register.enter("10.0.0.1"))
    }
}
