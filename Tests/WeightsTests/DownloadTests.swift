import Foundation
import Models
import PipelineCore
import Synchronization
import Testing
import Transport

@testable import Weights

/// How weights come from an address of their own into the cache.
@Suite("A pull over HTTP", .timeLimit(.minutes(1)))
struct DownloadTests {
    let bench: Bench
    /// Larger than what sockets hold, so that a cut is met while bytes are on the way.
    let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 9) }

    init() throws { bench = try Bench() }

    /// A cache that waits for nothing between attempts, but tells of it.
    private func cache(
        mirror: String = "", attempts: Int = 3,
        waiting: @escaping @Sendable (Duration) -> Void = { _ in }
    ) -> WeightCache {
        var cache = WeightCache(
            directory: bench.folder + "/cache", environment: [Publishers.setting: mirror])
        cache.retry = RetryPolicy(attempts: attempts, random: { 0 }, sleep: { waiting($0) })
        cache.timeouts = HTTPTimeouts(connect: .seconds(5), silence: .seconds(1))
        return cache
    }

    /// The entry that `server` has the file of, named after what the file should hold.
    private func entry(_ server: FileServer) -> ModelEntry {
        Bench.entry("tiny", at: server.url(of: content))
    }

    /// Pulls, and holds the file against what it should be.
    private func pull(_ entry: ModelEntry, _ cache: WeightCache) async throws {
        let path = try await cache.pull(entry) { _ in }
        #expect(try [UInt8](Data(contentsOf: URL(filePath: path))) == content)
        #expect(try cache.path(of: entry) == path)
        #expect(bench.files == ["weights/\(SHA256Digest(of: content))"], "nothing else is left")
    }

    private func refusal(_ entry: ModelEntry, _ cache: WeightCache) async throws -> WeightError {
        let error = await #expect(throws: WeightError.self) {
            try await cache.pull(entry) { _ in }
        }
        return try #require(error)
    }

    @Test("fetches a file once, checks the digits in its name, and tells how far it is")
    func plain() async throws {
        let server = try FileServer(content)
        let counts = Mutex<[PullProgress]>([])
        let (entry, cache) = (entry(server), cache())
        let path = try await cache.pull(
            entry, bytes: { count in counts.withLock { $0.append(count) } }, progress: { _ in })
        try await pull(entry, cache)

        #expect(server.ranges == ["-"])
        #expect(path.hasSuffix("/\(SHA256Digest(of: content))"))
        let heard = counts.withLock(\.self)
        #expect(heard.map(\.bytes) == heard.map(\.bytes).sorted())
        #expect(heard.first == PullProgress(model: "tiny", bytes: 0, total: content.count))
        #expect(
            heard.last == PullProgress(model: "tiny", bytes: content.count, total: content.count))
    }

    @Test("goes on where an answer broke off")
    func cut() async throws {
        let server = try FileServer(content, .cut(after: 1_000_000), .cut(after: 500_000))
        try await pull(entry(server), cache())
        #expect(server.ranges == ["-", "bytes=1000000- \"1\"", "bytes=1500000- \"1\""])
    }

    @Test("goes on where a server fell silent")
    func stall() async throws {
        let server = try FileServer(content, .stall(after: 1_000_000))
        try await pull(entry(server), cache())
        #expect(server.ranges == ["-", "bytes=1000000- \"1\""])
    }

    @Test("goes on where another process gave up")
    func takenUp() async throws {
        let server = try FileServer(content, .cut(after: 1_000_000))
        let told = Told()
        guard case .unreachable = try await refusal(entry(server), cache(attempts: 1)) else {
            Issue.record("a cut answer is no answer")
            return
        }
        _ = try await cache().pull(entry(server)) { told.hear($0) }
        #expect(server.ranges == ["-", "bytes=1000000- \"1\""])
        #expect(told.heard("taking up the interrupted fetch of tiny, of which 1.0 MB are here"))
    }

    @Test("counts failures anew whenever a byte more has come")
    func patience() async throws {
        let cuts = Array(repeating: FileServer.Fault?.some(.cut(after: 200_000)), count: 14)
        let server = try FileServer(content, faults: cuts)
        try await pull(entry(server), cache(attempts: 2))
        #expect(server.ranges.count == 15)
    }

    @Test("gives up on a server that never gets further")
    func noPatience() async throws {
        let cuts = Array(repeating: FileServer.Fault?.some(.cut(after: 200_000)), count: 14)
        let server = try FileServer(content, servesParts: false, faults: cuts)
        guard case .unreachable = try await refusal(entry(server), cache(attempts: 3)) else {
            Issue.record("200 000 bytes are no file")
            return
        }
        // A cut can swallow bytes already sent, and the next answer then does get further.
        #expect((3..<cuts.count).contains(server.ranges.count))
    }

    @Test("begins anew where the server does not serve parts")
    func noParts() async throws {
        let server = try FileServer(content, servesParts: false, faults: [.cut(after: 1_000_000)])
        try await pull(entry(server), cache())
        #expect(server.ranges.count == 2)
    }

    @Test("begins anew where the file has become another version")
    func otherVersion() async throws {
        let server = try FileServer(content.reversed(), .cut(after: 1_000_000))
        let content = content
        let cache = cache(waiting: { _ in server.publish(content, version: "\"2\"") })
        try await pull(entry(server), cache)
        #expect(server.ranges == ["-", "bytes=1000000- \"1\""])
    }

    @Test("fetches all once more where parts turn out not to be of one file")
    func patched() async throws {
        let server = try FileServer(
            content.reversed(), version: nil, faults: [.cut(after: 1_000_000)])
        let content = content
        let cache = cache(waiting: { _ in server.publish(content, version: nil) })
        try await pull(entry(server), cache)
        #expect(server.ranges == ["-", "bytes=1000000-", "-"])
    }

    @Test("begins anew where it is given another part than it asked for")
    func misplaced() async throws {
        let server = try FileServer(content, .cut(after: 1_000_000), .misplaced)
        try await pull(entry(server), cache())
        #expect(server.ranges == ["-", "bytes=1000000- \"1\"", "-"])
    }

    @Test(
        "makes the best of what came before, were it all, too much or nothing of the file",
        arguments: [(3_000_000, 1), (3_000_001, 2), (0, 1)])
    func remains(length: Int, requests: Int) async throws {
        let server = try FileServer(content)
        let remains = length > content.count ? content + [0] : Array(content.prefix(length))
        try bench.write(remains, to: "cache/downloads/\(server.digits(of: content))/file.part")
        try await pull(entry(server), cache())
        #expect(server.ranges.count == requests)
    }

    @Test("follows redirects, within a server and from one to another")
    func redirects() async throws {
        let last = try FileServer(content)
        let first = try FileServer(
            [], .redirect("/elsewhere/tiny"), .redirect("\(last.url(of: content))?signature=a%2Fb"))
        try await pull(entry(first), cache())
        #expect(first.lines.last == "GET /elsewhere/tiny HTTP/1.1")
        #expect(last.lines.last?.contains("?signature=a%2Fb ") == true)
    }

    @Test(
        "does not follow a redirect out of what is encrypted",
        arguments: [
            "http://mirror.example/tiny.pth", "file:///etc/passwd", "ftp://127.0.0.1/tiny.pth",
            "http://127.example/tiny.pth", "", "http://",
        ])
    func badRedirect(location: String) async throws {
        let server = try FileServer(content, .redirect(location))
        let error = try await refusal(entry(server), cache())
        guard case .badAddress = error else {
            Issue.record("'\(location)' was followed: \(error)")
            return
        }
        #expect(server.ranges.count == 1)
        #expect(bench.files.filter { $0.hasPrefix("weights") } == [])
    }

    @Test("does not follow redirects for ever")
    func endless() async throws {
        let server = try FileServer(
            content, faults: Array(repeating: .redirect("/again"), count: 100))
        guard case .badAddress = try await refusal(entry(server), cache()) else {
            Issue.record("what leads nowhere was followed to the end")
            return
        }
        #expect(server.ranges.count < 20)
    }

    @Test("leaves HTTPS for nothing")
    func downgrade() throws {
        let publishers = Publishers(environment: [:])
        let secure = try #require(URL(string: "https://download.example/a.pth?token=hush"))
        let error = #expect(throws: WeightError.self) {
            try publishers.next(after: secure, location: "http://127.0.0.1/a.pth")
        }
        #expect(error?.description.contains("hush") == false)
        #expect(throws: WeightError.self) {
            try publishers.address(of: "http://download.example/a.pth")
        }
        let next = try publishers.next(after: secure, location: "//cdn.example/b.pth")
        #expect(next.absoluteString == "https://cdn.example/b.pth")
    }

    @Test("refuses bytes that are not the published ones, keeps none, and recovers")
    func wrongBytes() async throws {
        var flipped = content
        flipped[2_000_000] ^= 1
        let server = try FileServer(flipped)
        for wrong in [flipped, content.dropLast(), content + [0], []] {
            server.publish(Array(wrong), version: "\"\(wrong.count)\"")
            guard case .wrongFile = try await refusal(entry(server), cache()) else {
                Issue.record("\(wrong.count) bytes were taken for the file")
                continue
            }
            #expect(bench.files == [])
        }
        server.publish(content, version: "\"right\"")
        try await pull(entry(server), cache())
    }

    @Test("sees through a server that lies about the file's length")
    func length() async throws {
        let more = try FileServer(content, .claims(length: 3_000_100))
        try await pull(entry(more), cache())
        for lie in [1000, 1 << 50] {
            let server = try FileServer(content, .claims(length: lie))
            try FileManager.default.removeItem(atPath: bench.folder + "/cache")
            guard case .wrongFile = try await refusal(entry(server), cache()) else {
                Issue.record("a file of \(lie) bytes was believed")
                continue
            }
            #expect(bench.files == [])
            try await pull(entry(server), cache())
        }
    }

    @Test(
        "says so when the file is not served, without asking again",
        arguments: ["404 Not Found", "403 Forbidden", "410 Gone", "401 Unauthorized"])
    func notServed(status: String) async throws {
        let server = try FileServer(content, .status(status, []))
        let error = try await refusal(entry(server), cache())
        #expect(
            error == .notServed(server.url(of: content), "the answer was \(status.prefix(3))"))
        #expect(error.description.contains("pull --from FILE"))
        #expect(server.ranges.count == 1)
    }

    @Test("waits for a server that is busy, as long as it asks")
    func busy() async throws {
        let server = try FileServer(
            content, .status("503 Service Unavailable", []),
            .status("429 Too Many Requests", ["Retry-After: 7"]))
        let waits = Mutex<[Duration]>([])
        let cache = cache(waiting: { wait in waits.withLock { $0.append(wait) } })
        try await pull(entry(server), cache)
        #expect(waits.withLock(\.self) == [.zero, .seconds(7)])
    }

    @Test("happens once when two ask at a time; the second waits and says so")
    func together() async throws {
        let server = try FileServer(content, .slow(piece: 200_000, pause: .milliseconds(40)))
        let (told, entry, cache) = (Told(), entry(server), cache())
        let paths = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<2 {
                group.addTask { try await cache.pull(entry) { told.hear($0) } }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(paths.count == 1)
        #expect(server.ranges == ["-"])
        #expect(told.heard("another process is fetching the weights of tiny"))
    }

    @Test("ends when it is cancelled, and goes on from there")
    func cancelled() async throws {
        let server = try FileServer(content, .stall(after: 1_000_000))
        let (entry, cache) = (entry(server), cache())
        let hasCome = Mutex(0)
        let task = Task {
            try await cache.pull(
                entry, bytes: { count in hasCome.withLock { $0 = count.bytes } },
                progress: { _ in })
        }
        while hasCome.withLock(\.self) < 1_000_000 { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        try await pull(entry, cache)
        #expect(server.ranges == ["-", "bytes=1000000- \"1\""])
    }

    @Test("asks a mirror for everything, where one is named")
    func mirror() async throws {
        let server = try FileServer(content)
        let entry = Bench.entry(
            "tiny", at: "https://publisher.example/models/\(server.name(of: content))")
        try await pull(entry, cache(mirror: "http://127.0.0.1:\(server.port)/weights/"))
        #expect(server.lines == ["GET /weights/\(server.name(of: content)) HTTP/1.1"])
    }

    @Test("shows no password of a mirror's")
    func password() async throws {
        let server = try FileServer(content, .status("404 Not Found", []))
        let mirror = "http://ada:hush@127.0.0.1:\(server.port)"
        let error = try await refusal(entry(server), cache(mirror: mirror))
        #expect(error == .notServed(server.url(of: content), "the answer was 404"))
    }

    @Test("refuses a mirror that is no address", arguments: ["weights", "ftp://a/b", "file:///a"])
    func badMirror(mirror: String) async throws {
        let server = try FileServer(content)
        let error = try await refusal(entry(server), cache(mirror: mirror))
        #expect(error.description.contains("PIPELINE_WEIGHTS_MIRROR"))
        #expect(server.ranges == [])
    }
}

/// What an answer says of the part that it holds.
@Suite("A Content-Range")
struct ContentRangeTests {
    static let readable: [(text: String, start: Int?, total: Int?)] = [
        ("bytes 100-199/200", 100, 200), ("Bytes 0-0/1", 0, 1), ("bytes 5-9/*", 5, nil),
        ("bytes */200", nil, 200),
    ]

    @Test("is read", arguments: readable)
    func read(text: String, start: Int?, total: Int?) throws {
        let range = try #require(ContentRange(text))
        #expect((range.start, range.total) == (start, total))
    }

    @Test(
        "that makes no sense is none",
        arguments: [
            nil, "", "bytes", "bytes 1-2", "bytes 2-1/9", "bytes 0-9/9", "bytes -1-2/9",
            "bytes 0-1/x", "items 0-1/9", "bytes 0-99999999999999999999/*", "bytes 1-2-3/9",
        ])
    func refused(text: String?) { #expect(ContentRange(text) == nil) }
}
