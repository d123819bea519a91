import Foundation
import PipelineCore
import TestSupport
import Testing

@testable import Datasets
@testable import Transport

@Suite("An archive that has an address")
struct RemoteArchiveTests {
    private let folder = TemporaryFolder()
    private static let address = RelativePath(text: "https://e.org/a.tar?v=1")

    /// An archive whose members do not fit into what is fetched at once, and the members.
    private func archive() throws -> (bytes: [UInt8], members: [String: [UInt8]]) {
        var generator = SeededGenerator(seed: 3)
        let sizes = ["1.jpg": 3_000_000, "2.jpg": 5_000_000, "3.jpg": 0, "4.png": 2_000_000]
        var members: [String: [UInt8]] = [:]
        for (name, size) in sizes {
            let bytes = (0..<size / 8).flatMap { _ in
                withUnsafeBytes(of: generator.next()) { Array($0) }
            }
            try folder.write(bytes, to: Array(name.utf8))
            members[name] = bytes
        }
        let words = ["tar", "-C", folder.path, "-cf", folder.path + "/a.tar"] + sizes.keys.sorted()
        #expect(try Command.run(words).status == 0)
        return ([UInt8](try Data(contentsOf: URL(filePath: folder.path + "/a.tar"))), members)
    }

    private func entries(
        _ fetch: @escaping RemoteBytes.Fetch
    ) async throws -> (entries: [ImageEntry], summary: FolderSummary) {
        try await onThread {
            var entries: [ImageEntry] = []
            var summary = FolderSummary()
            try summary.visitArchive(Self.address, by: fetch) { entries.append($0) }
            return (entries, summary)
        }
    }

    @Test("is listed in parts, with the places of its members")
    func parts() async throws {
        let (bytes, members) = try archive()
        let (entries, summary) = try await entries { range in
            RemotePart(
                bytes: Array(bytes[range.clamped(to: 0..<bytes.count)]), total: bytes.count,
                state: "one")
        }
        #expect(entries.count == members.count && summary.images == members.count)
        for (entry, name) in zip(entries, members.keys.sorted()) {
            let member = try #require(members[name])
            let place = try #require(entry.archive)
            #expect(entry.file.text == "https://e.org/a.tar?v=1!\(name)" && entry.isRemote)
            #expect(Array(bytes[place.offset..<(place.offset + entry.size)]) == member)
            #expect(entry.describes(member))
            #expect(try ManifestLine.parse(ManifestLine.encode(entry)) == entry)
        }
    }

    @Test("is a row with a reason where it is not to be had")
    func missing() async throws {
        let (entries, summary) = try await entries { _ throws(ImageSourceError) in throw .missing }
        #expect(entries.map(\.file) == [Self.address] && summary.unreadable == 1)
        #expect(entries.first?.problem == ImageSourceError.missing.description)
    }

    @Test("is refused where it changes or breaks off while it is read", arguments: [0, 1])
    func unsteady(_ way: Int) async throws {
        let (bytes, _) = try archive()
        let error = await #expect(throws: DatasetError.self) {
            try await entries { range throws(ImageSourceError) in
                guard range.lowerBound == 0 || way == 0 else { throw .unreachable("gone") }
                return RemotePart(
                    bytes: Array(bytes[range.clamped(to: 0..<bytes.count)]), total: bytes.count,
                    state: range.lowerBound == 0 ? "one" : "two")
            }
        }
        #expect(error?.description.contains(way == 0 ? "changed" : "gone") == true)
    }

    @Test("is asked of web servers for its parts, or taken whole where it is short")
    func web() async throws {
        let web = WebImages(
            network: NetworkGuard(allowing: [try #require(AddressRange("127.0.0.0/8"))]),
            retry: RetryPolicy(attempts: 1))
        let (half, whole) = ("Content-Range: bytes 2-5/10", "ETag: \"x\"")
        let server = try ScriptedServer(
            .raw(ScriptedServer.answer("206 Partial Content", "cdef", headers: half)),
            .raw(ScriptedServer.answer("200 OK", "abcdefghij", headers: whole)),
            .raw(ScriptedServer.answer("200 OK", "abcd", headers: whole)),
            .raw(ScriptedServer.answer("200 OK", "abcdefghijklmnop", headers: whole)))
        let url = RelativePath(text: server.url + "/a.tar")

        let part = try await web.part(2..<6, of: url)
        #expect(part.bytes == Array("cdef".utf8) && part.total == 10 && part.state == nil)
        #expect(server.requests.first?.contains("Range: bytes=2-5") == true)
        let all = try await web.part(0..<20, of: url)
        #expect(all.bytes.count == 10 && all.total == 10 && all.state == "\"x\"")
        for _ in 0..<2 {
            // One that knows no parts, and one whose whole is longer than the part.
            let error = await #expect(throws: ImageSourceError.self) {
                try await web.part(2..<6, of: url)
            }
            #expect(error?.description.contains("no parts") == true)
        }
    }
}
