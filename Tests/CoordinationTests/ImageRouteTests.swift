import HTTPTypes
import HummingbirdTesting
import PipelineCore
import Testing

@testable import Coordination

@Suite("An image sent to a worker")
struct ImageRouteTests {
    let names = ["a.jpg", "b/c.jpg", "d.jpg", "e.jpg", "f.jpg"]

    @Test("is the one of its manifest row", arguments: 0..<5)
    func row(_ row: Int) async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let run = try await caller.submit(names.flatMap { manifest($0) })
            let answer = try await caller.send(
                .get, "/v1/runs/\(run.id)/shards/\(row / 2)/images/\(row)", as: .worker)
            #expect(answer.status == .ok)
            #expect(answer.text == names[row])
            let digest = SHA256Digest(of: Array(names[row].utf8))
            #expect(answer.headers[.contentSHA256] == digest.hex)
        }
    }

    @Test(
        "is never one of another shard or place",
        arguments: [
            "0/images/2", "1/images/1", "2/images/5", "0/images/-1", "0/images/1.5", "0/images/+1",
            "0/images/99999999999999999999", "0/images/a.jpg", "0/images/..", "9/images/0",
        ])
    func outside(_ place: String) async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let run = try await caller.submit(names.flatMap { manifest($0) })
            let answer = try await caller.send(
                .get, "/v1/runs/\(run.id)/shards/\(place)", as: .worker)
            #expect(answer.status == .notFound)
            #expect(answer.code.hasPrefix("unknown-"))
        }
    }

    @Test(
        "is never a file that has changed", arguments: ["", "a.jpX", "a.jpg and more", "root:x:0"])
    func changed(_ content: String) async throws {
        let bench = try await Bench()
        bench.images.replace("a.jpg", with: .success(Array(content.utf8)))
        try await bench.test { caller in
            let run = try await caller.submit(names.flatMap { manifest($0) })
            let answer = try await caller.send(
                .get, "/v1/runs/\(run.id)/shards/0/images/0", as: .worker)
            #expect(answer.status == .conflict)
            #expect(answer.code == "image-changed")
            #expect(content.isEmpty || !answer.text.contains(content))
        }
    }

    @Test(
        "or its trouble, each in one word",
        arguments: [
            (ImageSourceError.missing, 404, "image-missing"), (.changed, 409, "image-changed"),
            (.unreadable("permission denied"), 409, "image-unreadable"),
            (.tooLarge, 413, "image-too-large"),
        ])
    func trouble(_ error: ImageSourceError, _ status: Int, _ code: String) async throws {
        let bench = try await Bench()
        bench.images.replace("a.jpg", with: .failure(error))
        try await bench.test { caller in
            let run = try await caller.submit(names.flatMap { manifest($0) })
            let answer = try await caller.send(
                .get, "/v1/runs/\(run.id)/shards/0/images/0", as: .worker)
            #expect(answer.status.code == status)
            #expect(answer.code == code)
            #expect(answer.message == "\(error)")
        }
    }

    @Test("is none that could not be read at submission")
    func unread() async throws {
        let bench = try await Bench()
        let entry = ImageEntry(
            file: RelativePath(text: "a.jpg"), size: 5, sha256: nil, problem: "permission denied")
        try await bench.test { caller in
            let run = try await caller.submit(ManifestLine.encode(entry))
            let answer = try await caller.send(
                .get, "/v1/runs/\(run.id)/shards/0/images/0", as: .worker)
            #expect(answer.code == "image-unreadable")
            #expect(answer.message == "permission denied")
        }
    }
}
