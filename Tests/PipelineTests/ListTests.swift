import Foundation
import TestSupport
import Testing

@Suite("Labelling a list of images", .enabled(if: Networks.areHere), .serialized)
struct ListTests {
    let folder = TemporaryFolder()

    @Test("fetches what has an address, and says of every other why not")
    func addresses() async throws {
        let dataset = try SampleDataset(0..<2)
        let server = try ScriptedServer(.body(SamplePhoto(index: 0).png))
        let gone = try ScriptedServer(.raw(ScriptedServer.answer("404 Not Found")))
        let list = dataset.path + "/list.csv"
        try Data(
            """
            id,file
            1,\(SampleDataset.name(1))
            2,\(server.url)/a.png
            3,\(gone.url)/b.png
            4,"\(server.url.replacing("127.0.0.1", with: "127.0.0.2"))/c,d.png"
            5,none.png
            6,\(server.url)/a.png
            """.utf8
        ).write(to: URL(filePath: list))
        let output = folder.file("labels")
        let outcome = try await Program.run(
            "label", list, "--pipeline", "imagenet-fast", "--output", output,
            "--allow-net", "127.0.0.1")
        let rows = try ManifestRow.read(output + "/manifest.jsonl")

        #expect(outcome.status == 3, "\(outcome.err)")
        #expect(outcome.err.contains("1 named again"))
        #expect(rows.map(\.file) == rows.map(\.file).sorted())
        #expect(server.requests.count == 1)
        let reasons = Dictionary(
            uniqueKeysWithValues: rows.map { ($0.file, $0.failure?.reason ?? $0.status) })
        #expect(
            reasons == [
                SampleDataset.name(1): "labelled", "\(server.url)/a.png": "labelled",
                "\(gone.url)/b.png": "missing", "none.png": "unreadable",
                "http://127.0.0.2:\(server.port)/c,d.png": "not-allowed",
            ])
    }

    @Test("is refused where its store cannot be reached, and shows no secret")
    func noStore() async throws {
        let server = try ScriptedServer(
            .raw(
                ScriptedServer.answer(
                    "403 Forbidden", "<Error><Code>InvalidAccessKeyId</Code></Error>")))
        try folder.write(
            "aws_access_key_id = AKID\naws_secret_access_key = hunter2\n", to: "keys")
        let outcome = try await Program.run(
            "label", "s3://photos/in", "--pipeline", "imagenet-fast", "--s3-endpoint", server.url,
            "--s3-keys", folder.file("keys"), in: folder.path)

        #expect(outcome.status == 69, "\(outcome.err)")
        #expect(outcome.err.contains("InvalidAccessKeyId"))
        #expect(!outcome.err.contains("hunter2"))
        #expect(server.requests.first?.hasPrefix("GET /photos?list-type=2") == true)
    }
}
