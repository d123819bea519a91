import Foundation
import Glibc
import TestSupport
import Testing

@testable import Transport

@Suite("A guarded network")
struct NetworkGuardTests {
    @Test(
        "permits public addresses and no others",
        arguments: [
            ("1.1.1.1", true), ("8.8.8.8", true), ("172.15.255.255", true), ("172.32.0.0", true),
            ("192.167.255.255", true), ("223.255.255.255", true), ("100.128.0.0", true),
            ("0.0.0.0", false), ("0.1.2.3", false), ("10.0.0.1", false), ("100.64.0.1", false),
            ("100.127.255.255", false), ("127.0.0.1", false), ("127.255.255.254", false),
            ("169.254.169.254", false), ("172.16.0.1", false), ("172.31.255.255", false),
            ("192.0.0.1", false), ("192.0.2.7", false), ("192.88.99.1", false),
            ("192.168.1.1", false), ("198.18.0.1", false), ("198.19.255.255", false),
            ("198.51.100.1", false), ("203.0.113.9", false), ("224.0.0.1", false),
            ("239.1.1.1", false), ("240.0.0.1", false), ("255.255.255.255", false),
            ("2606:4700::1111", true), ("2a00:1450::1", true),
            ("::", false), ("::1", false), ("::127.0.0.1", false), ("fc00::1", false),
            ("fd12::1", false), ("fe80::1", false), ("fec0::1", false), ("ff02::1", false),
            ("2001::1", false), ("2001:db8::1", false), ("2002:7f00:1::", false),
            ("3fff::1", false), ("4000::1", false), ("64:ff9b:1::1", false),
            ("::ffff:127.0.0.1", false), ("::ffff:169.254.169.254", false),
            ("::ffff:8.8.8.8", true), ("64:ff9b::10.0.0.1", false), ("64:ff9b::8.8.8.8", true),
        ])
    func permits(_ text: String, _ expected: Bool) throws {
        #expect(NetworkGuard().permits(try #require(IPAddress(text))) == expected)
    }

    @Test("permits what it was told to, and the rest of a network stays closed")
    func allowed() throws {
        let ranges = try ["10.1.0.0/16", "::1"].map { try #require(AddressRange($0)) }
        let network = NetworkGuard(allowing: ranges)
        for (text, expected) in [
            ("10.0.255.255", false), ("10.1.0.0", true), ("10.1.2.3", true),
            ("10.2.0.0", false), ("::ffff:10.1.2.3", true), ("::1", true), ("::2", false),
        ] {
            #expect(network.permits(try #require(IPAddress(text))) == expected, "\(text)")
        }
    }

    @Test(
        "knows what is no range",
        arguments: ["", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8", "::/129", "a/8"])
    func noRange(_ text: String) { #expect(AddressRange(text) == nil) }

    @Test(
        "judges the address that is connected to, however it is spelt",
        arguments: [
            "127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "127.1", "localhost",
            "0", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
        ])
    func spellings(_ host: String) async throws {
        let server = try ScriptedServer(.raw(ScriptedServer.answer("200 OK", "secret")))
        let client = HTTPClient(network: NetworkGuard())
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(HTTPRequest(.get, "http://\(host):\(server.port)/"))
        }

        #expect(server.connections == 0)
        guard case .blocked = error else {
            return #expect(Bool(false), "\(host) was not blocked: \(String(describing: error))")
        }
    }

    @Test("judges where an answer sends a request, too")
    func redirect() async throws {
        let inner = try ScriptedServer(.raw(ScriptedServer.answer("200 OK", "secret")))
        let outer = try ScriptedServer(
            .raw(
                ScriptedServer.answer(
                    "302 Found", headers: "Location: http://127.0.0.2:\(inner.port)/")))
        let client = HTTPClient(
            network: NetworkGuard(allowing: [try #require(AddressRange("127.0.0.1"))]))
        var request = HTTPRequest(.get, outer.url)
        request.redirects = 3

        await #expect(throws: HTTPError.blocked(try #require(IPAddress("127.0.0.2")))) {
            try await client.send(request)
        }
        #expect(outer.connections == 1)
        #expect(inner.connections == 0)
    }

    @Test("takes no name and password from an address, and leaves proxies out")
    func addresses() async throws {
        let server = try ScriptedServer(.raw(ScriptedServer.answer("200 OK", "open")))
        let client = HTTPClient(
            proxy: .environment,
            network: NetworkGuard(allowing: [try #require(AddressRange("127.0.0.0/8"))]))

        await #expect(throws: HTTPError.self) {
            try await client.send(
                HTTPRequest(.get, "http://ada:secret@127.0.0.1:\(server.port)/"))
        }
        #expect(try await client.send(HTTPRequest(.get, server.url)).status == 200)
        #expect(server.requests.count == 1)
    }
}
