import PipelineCore
import Testing

@testable import Coordination

@Suite("A coordinator")
struct CoordinatorTests {
    @Test("tells where it listens, answers there, and stops when it is told")
    func life() async throws {
        let bench = try await Bench()
        let (addresses, announce) = AsyncStream.makeStream(of: CoordinatorAddress.self)
        let coordinator = bench.coordinator { announce.yield($0) }
        let running = Task { try await coordinator.run() }
        let address = try #require(await addresses.first { _ in true })
        #expect(address.url == "http://127.0.0.1:\(address.port)")
        let answer = try await RawConnection.exchange(
            port: address.port, "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 200"))
        #expect(answer.contains("Pipeline-Protocol: 1"))

        let second = bench.coordinator(CoordinatorSettings(port: address.port))
        await #expect(throws: CoordinatorError.portTaken(host: "127.0.0.1", port: address.port)) {
            try await second.run()
        }
        running.cancel()
        _ = await running.result
    }

    @Test(
        "does not listen where it should not or cannot",
        arguments: [
            (CoordinatorSettings(host: "0.0.0.0", insecureNoAuth: true), .openToAll("0.0.0.0")),
            (CoordinatorSettings(host: "::", insecureNoAuth: true), .openToAll("::")),
            (
                CoordinatorSettings(host: "localhost.example", insecureNoAuth: true),
                .openToAll("localhost.example")
            ),
            (CoordinatorSettings(port: 65536), .noSuchPort(65536)),
            (CoordinatorSettings(port: -1), .noSuchPort(-1)),
            (CoordinatorSettings(host: "192.0.2.1"), .notOurs(host: "192.0.2.1")),
        ] as [(CoordinatorSettings, CoordinatorError)])
    func refusal(_ settings: CoordinatorSettings, _ error: CoordinatorError) async throws {
        let coordinator = try await Bench().coordinator(settings)
        await #expect(throws: error) { try await coordinator.run() }
    }

    @Test(
        "knows which addresses are of this machine alone",
        arguments: [
            ("127.0.0.1", true), ("127.8.9.1", true), ("localhost", true), ("::1", true),
            ("0.0.0.0", false), ("10.0.0.1", false), ("::", false), ("127.0.0.1.example", false),
            ("", false), ("128.0.0.1", false), ("2130706433", false),
        ])
    func loopback(_ host: String, _ isLoopback: Bool) {
        #expect(CoordinatorSettings.isLoopback(host) == isLoopback)
    }

    @Test("writes an IPv6 address in brackets")
    func ipv6() {
        #expect(CoordinatorAddress(host: "::1", port: 7070).url == "http://[::1]:7070")
    }
}
