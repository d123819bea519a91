import TestSupport
import Testing
import Transport

@testable import Buckets

@Suite("An object store's client")
struct ObjectStoreClientTests {
    private func client(_ server: ScriptedServer) throws -> ObjectStoreClient {
        ObjectStoreClient(
            try #require(StorePlace(endpoint: server.url)),
            keys: AccessKeys(identifier: "ID", secret: "hunter2"), http: HTTPClient(),
            retry: RetryPolicy(attempts: 3, random: { 0 }, sleep: { _ in }))
    }

    private func get(
        _ key: String = "a", etag: String? = nil, from server: ScriptedServer
    ) async throws -> [UInt8] {
        try await client(server).get("b", Array(key.utf8), etag: etag, limit: 1000).body
    }

    private static func refusal(_ status: String, _ code: String) -> ScriptedServer.Reply {
        .raw(ScriptedServer.answer(status, "<Error><Code>\(code)</Code></Error>"))
    }

    @Test("names a key in the URL as it is signed")
    func keys() async throws {
        let server = try ScriptedServer(.raw(ScriptedServer.answer("200 OK", "x")))
        _ = try await get("a b+c=d%20(é)/'\"//../~._-?#&", from: server)
        let line = try #require(server.requests.first?.split(separator: "\r\n").first)
        #expect(
            line
                == "GET /b/a%20b%2Bc%3Dd%2520%28%C3%A9%29/%27%22//../~._-%3F%23%26 HTTP/1.1")
    }

    @Test("asks again what the store was too busy for", arguments: [1, 2])
    func busy(_ times: Int) async throws {
        let busy = Self.refusal("503 Slow Down", "SlowDown")
        let server =
            times == 1
            ? try ScriptedServer(busy, .raw(ScriptedServer.answer("200 OK", "x")))
            : try ScriptedServer(
                busy, Self.refusal("500 Internal Server Error", "InternalError"),
                .raw(ScriptedServer.answer("200 OK", "x")))
        #expect(try await get(from: server) == Array("x".utf8))
        #expect(server.requests.count == times + 1)
    }

    @Test("gives up in the end")
    func gone() async throws {
        let server = try ScriptedServer(Self.refusal("503 Slow Down", "SlowDown"))
        let error = BucketError.unreachable("asked 3 times, the last answer was 503 SlowDown")
        await #expect(throws: error) { try await get(from: server) }
    }

    private static let refusals: [(String, String, BucketError)] = [
        ("404 Not Found", "NoSuchKey", .missing),
        ("404 Not Found", "NoSuchBucket", .refused(code: "NoSuchBucket", status: 404)),
        ("403 Forbidden", "AccessDenied", .refused(code: "AccessDenied", status: 403)),
        ("403 Forbidden", "ExpiredToken", .refused(code: "ExpiredToken", status: 403)),
        ("301 Moved", "PermanentRedirect", .refused(code: "PermanentRedirect", status: 301)),
        ("412 Precondition Failed", "PreconditionFailed", .changed),
    ]

    @Test("knows at once what will not change", arguments: refusals.indices)
    func refused(_ index: Int) async throws {
        let (status, code, error) = Self.refusals[index]
        let server = try ScriptedServer(Self.refusal(status, code))
        await #expect(throws: error) { try await get(from: server) }
        #expect(server.requests.count == 1)
        #expect(!"\(error)".contains("hunter2"))
    }

    @Test("takes its keys nowhere else")
    func redirect() async throws {
        let other = try ScriptedServer(.raw(ScriptedServer.answer("200 OK", "x")))
        let server = try ScriptedServer(
            .raw(ScriptedServer.answer("307 Moved", headers: "Location: \(other.url)/")))
        await #expect(throws: BucketError.self) { try await get(from: server) }
        #expect(other.connections == 0)
    }

    @Test("notices that an object has changed, though the store does not heed the condition")
    func changed() async throws {
        let server = try ScriptedServer(
            .raw(ScriptedServer.answer("200 OK", "x", headers: "ETag: \"two\"")))
        #expect(try await get(etag: "two", from: server) == Array("x".utf8))
        await #expect(throws: BucketError.changed) { try await get(etag: "one", from: server) }
        #expect(server.requests.last?.contains("if-match: \"one\"") == true)
    }

    @Test("lists page by page, and not in circles")
    func pages() async throws {
        func page(_ key: String, _ next: String?) -> ScriptedServer.Reply {
            .raw(
                ScriptedServer.answer(
                    "200 OK",
                    "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3\">"
                        + "<Contents><Key>\(key)</Key><Size>3</Size><ETag>&quot;e&quot;</ETag>"
                        + "<Owner><ID>o</ID></Owner></Contents><CommonPrefixes/>"
                        + "<IsTruncated>\(next != nil)</IsTruncated>"
                        + (next.map { "<NextContinuationToken>\($0)</NextContinuationToken>" } ?? "")
                        + "</ListBucketResult>"))
        }
        let server = try ScriptedServer(
            page("a &amp;&#x1;&lt;", "n/1="), page("b", nil), page("c", "n/1="))
        let client = try client(server)
        let first = try await client.page(of: "b", prefix: Array("p/ä".utf8), after: nil)
        let last = try await client.page(
            of: "b", prefix: Array("p/ä".utf8), after: first.continuation)

        #expect(
            first.objects == [BucketObject(key: Array("a &\u{1}<".utf8), size: 3, etag: "e")])
        #expect(last.continuation == nil)
        #expect(
            server.requests.last?.hasPrefix(
                "GET /b?continuation-token=n%2F1%3D&list-type=2&max-keys=1000&prefix=p%2F%C3%A4 ")
                == true)
        await #expect(throws: BucketError.malformed("the list does not go on")) {
            try await client.page(of: "b", prefix: [], after: Array("n/1=".utf8))
        }
    }

    @Test(
        "reads no list that is none",
        arguments: [
            "", "<a>", "<a/>", "<ListBucketResult>", "<ListBucketResult></a>", "text",
            "<!DOCTYPE x [<!ENTITY a \"b\">]><ListBucketResult/>",
            "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
            "<ListBucketResult><Contents><Key>a</Key><Size>-1</Size></Contents></ListBucketResult>",
            "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
            "<ListBucketResult>&bomb;</ListBucketResult>",
            "<ListBucketResult>&#xD800;</ListBucketResult>",
            "<ListBucketResult", "<ListBucketResult a='>", "<![CDATA[", "<!--", "<?xml", "<", "</",
            String(repeating: "<a>", count: 100_000),
        ])
    func malformed(_ xml: String) {
        #expect(throws: BucketError.self) { try ObjectListing(xml: Array(xml.utf8)) }
    }
}
