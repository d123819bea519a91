import Foundation
import TestSupport
import Testing

@testable import Buckets
@testable import Transport

@Suite("A place in an object store")
struct PlaceTests {
    @Test(
        "reads back as it was written",
        arguments: ["", "p", "a/b c/", "ä+%=&?#'\"(", "//x", "100%"],
        [nil, "http://127.0.0.1:9000", "https://[::1]:9000"])
    func roundTrip(_ prefix: String, _ endpoint: String?) throws {
        for region in [nil, "eu-central-1"] {
            let place = BucketPrefix(
                store: try #require(StorePlace(endpoint: endpoint, region: region)),
                bucket: "my.bucket-1", prefix: Array(prefix.utf8))
            #expect(BucketPrefix(text: place.text) == place)
            #expect(place.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        }
    }

    @Test("reads back whatever its bucket is called", arguments: ["a b", "100%", "ä", "a%20b"])
    func buckets(_ bucket: String) throws {
        let store = try #require(StorePlace())
        let place = BucketPrefix(store: store, bucket: bucket, prefix: Array("p".utf8))
        #expect(BucketPrefix(text: place.text) == place)
    }

    @Test(
        "has a bucket",
        arguments: ["s3://", "s3:///p", "s3://a%2Fb/p", "s3://a%FF/p", "s3://%/p"])
    func noBucket(_ text: String) { #expect(BucketPrefix(text: text) == nil) }

    @Test(
        "is at no endpoint that says more than where it is",
        arguments: [
            "", "ftp://a", "http://", "https://ada:hunter2@a", "http://a/b", "http://a?b",
            "http://a#b",
            "a:9000", "http://a b", "http://a\n",
        ])
    func endpoints(_ text: String) { #expect(StorePlace(endpoint: text) == nil) }

    @Test("has keys from the environment or a file, and errors that do not show them")
    func keys() throws {
        let folder = TemporaryFolder()
        try folder.write(
            """
            [default]
            aws_access_key_id = AKID
            aws_secret_access_key=se=cr+et/
            aws_session_token = tok
            [other]
            aws_access_key_id = OTHER
            """, to: "keys")
        try folder.write("aws_access_key_id = hunter2\n", to: "half")
        let keys = try AccessKeys(file: folder.file("keys"))
        #expect((keys.identifier, keys.secret, keys.token) == ("AKID", "se=cr+et/", "tok"))
        let error = #expect(throws: BucketError.self) {
            try AccessKeys(file: folder.file("half"))
        }
        #expect(error?.description.contains("hunter2") == false)
        #expect(AccessKeys(environment: ["AWS_ACCESS_KEY_ID": "a"]) == nil)
        #expect(
            AccessKeys(
                environment: ["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"])?.token == nil
        )
    }

    @Test("is spelt so that it can be read back", arguments: 0...255)
    func bytes(_ byte: Int) throws {
        let text = CanonicalURL.encoded([UInt8(byte)])
        #expect(CanonicalURL.decoded(text) == [UInt8(byte)])
    }
}
