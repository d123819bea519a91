import TestSupport
import Testing
import Transport

@testable import Buckets

/// The requests and signatures that Amazon publishes as examples, by way of a server that keeps what
/// it is sent: "Signature Version 4 test suite", and the S3 developer guide's "Authenticating
/// Requests".
@Suite("A signed request")
struct SignatureTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let name: String
        let service: String
        let host: String
        let date: String
        let path: String
        var headers: [String: String] = [:]
        let signed: String
        let signature: String
        var testDescription: String { name }
    }

    private static let suite = [
        Example(
            name: "get-vanilla", service: "service", host: "example.amazonaws.com",
            date: "20150830T123600Z", path: "/", signed: "host;x-amz-date",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Example(
            name: "get-vanilla-query-order-key-case", service: "service",
            host: "example.amazonaws.com", date: "20150830T123600Z",
            path: "/?Param1=value1&Param2=value2", signed: "host;x-amz-date",
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        Example(
            name: "S3's list of objects", service: "s3", host: "examplebucket.s3.amazonaws.com",
            date: "20130524T000000Z", path: "/?max-keys=2&prefix=J",
            signed: "host;x-amz-content-sha256;x-amz-date",
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
        Example(
            name: "S3's part of an object", service: "s3", host: "examplebucket.s3.amazonaws.com",
            date: "20130524T000000Z", path: "/test.txt", headers: ["range": "bytes=0-9"],
            signed: "host;range;x-amz-content-sha256;x-amz-date",
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
    ]

    @Test("has the signature that Amazon publishes for it", arguments: suite)
    func published(_ example: Example) async throws {
        let server = try ScriptedServer(.raw(ScriptedServer.answer()))
        let isS3 = example.service == "s3"
        let keys = AccessKeys(
            identifier: isS3 ? "AKIAIOSFODNN7EXAMPLE" : "AKIDEXAMPLE",
            secret: isS3
                ? "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
                : "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
        var request = HTTPRequest(
            .get, server.url + example.path,
            headers: [("Host", example.host), ("X-Amz-Date", example.date)]
                + example.headers.map { ($0.key, $0.value) })
        request.signer = RequestSigner(keys: keys, region: "us-east-1", service: example.service)
        _ = try await HTTPClient().send(request)

        let sent = try #require(server.requests.first)
        let line = sent.split(separator: "\r\n").first {
            $0.lowercased().hasPrefix("authorization:")
        }
        let owner = isS3 ? "AKIAIOSFODNN7EXAMPLE" : "AKIDEXAMPLE"
        let scope = "\(example.date.prefix(8))/us-east-1/\(example.service)/aws4_request"
        #expect(
            line.map(String.init)
                == "Authorization: AWS4-HMAC-SHA256 Credential=\(owner)/\(scope), "
                + "SignedHeaders=\(example.signed), Signature=\(example.signature)")
    }

    @Test("shows its keys to nobody")
    func secrecy() {
        let keys = AccessKeys(identifier: "AKIDEXAMPLE", secret: "hunter2", token: "token3")
        let signer = RequestSigner(keys: keys, region: "us-east-1", service: "s3")
        for text in ["\(keys)", "\(signer)", String(reflecting: keys), String(reflecting: signer)] {
            #expect(!text.contains("hunter2") && !text.contains("token3"))
            #expect(!text.contains("AKIDEXAMPLE"))
        }
    }
}
